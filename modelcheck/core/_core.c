/* The search core: exact breadth-first search over packed states by looking up learnt rows. It knows nothing of specs.
 *
 * A state is `width` 64-bit words. An instance of an action owns tables; each table has a mask (some words, some bits) and
 * maps the masked bits of a state to a row: the list of what the instance does in every state that agrees on the mask.
 * A predicate is the same with a row that says true or false. A lookup that fails stops the search with CORE_MISS; the
 * caller evaluates, adds a row and goes on from the same place. Several workers explore blocks of states at once, with
 * the same numbers and counts as one.
 *
 * C11 with the compiler's atomics and POSIX threads; no Python API but the module's initialisation: called through ctypes.
 */
#define _GNU_SOURCE
#include "_parallel.h"

#define EXPORT __attribute__((visibility("default")))

/* ---- making and ending ---- */

EXPORT void core_free(Core *c);

static int worker_room(Core *c) {
    for (int32_t i = 0; i < c->n_workers; i++) {
        Worker *w = &c->workers[i];
        size_t width = (size_t)c->store.width;
        w->sums = own_room(w->sums, sizeof(uint64_t) * width);
        w->pair = own_room(w->pair, sizeof(uint64_t) * width * 2);
        if (!w->sums || !w->pair) return -1;
        w->pair_source = -1;
        w->batch.n = 0;
    }
    return 0;
}

EXPORT Core *core_new(int32_t width, int check_deadlock, int32_t workers) {
    detect();
    Core *c = calloc(1, sizeof(Core));
    if (!c) return NULL;
    c->check_deadlock = check_deadlock;
    c->n_workers = workers > 0 ? workers : 1;
    c->workers = own_room(NULL, (size_t)c->n_workers * sizeof(Worker));
    c->row_cap = 4096;
    c->rowbuf = malloc(sizeof(uint64_t) * (size_t)c->row_cap);
    c->target = calloc((size_t)width, sizeof(uint64_t));
    c->pause_at = INT64_MAX;
    c->n_max = INT64_MAX;
    c->batch = BATCH;
    c->parallel_from = WARM_STATES;
    c->least = LEAST_STATES;
    c->rest_max = REST_MAX;
    c->span = LEAST_STATES * 4;
    c->missed_at = -1;
    c->order_dirty = 1;
    pthread_mutex_init(&c->joint_lock, NULL);
    if (!c->workers || !c->rowbuf || !c->target || store_init(&c->store, width) || worker_room(c)) { core_free(c); return NULL; }
    for (int32_t i = 0; i < c->n_workers; i++) c->workers[i].core = c;
    return c;
}

static void clear_tables(Instance *in) {
    uint64_t used = 0;
    for (int32_t j = 0; j < in->n; j++) { used += in->tables[j].used; table_free(&in->tables[j]); }
    if (used > in->before) in->before = used;
    free(in->tables);
    in->tables = NULL;
    in->n = 0;
}

static void drop_tables(Core *c) {
    for (int kind = 0; kind < KINDS; kind++)
        for (int32_t i = 0; i < c->n_instances[kind]; i++) clear_tables(&c->instances[kind][i]);
    c->row_n = 0;
    free(c->classes);
    c->classes = NULL;
    c->n_classes = 0;
    c->segments_fresh = 0;
}

EXPORT void core_free(Core *c) {
    if (!c) return;
    team_stop(&c->team);
    drop_tables(c);
    if (c->workers) steps_free(c);
    sleep_free(c);
    joints_free(c);
    for (int kind = 0; kind < KINDS; kind++) {
        free(c->instances[kind]);
        free(c->programs[kind].code);
        free(c->programs[kind].same);
    }
    for (int32_t i = 0; c->workers && i < c->n_workers; i++) {
        Worker *w = &c->workers[i];
        free(w->asleep); free(w->key); free(w->batch.list); free(w->batch.words); free(w->sums); free(w->enabled); free(w->pair);
        for (int kind = 0; kind < KINDS; kind++) free(w->lookups[kind]);
    }
    for (int32_t i = 0; i < c->n_gates; i++) gate_free(&c->gates[i]);
    blocks_free(c);
    free(c->segments); free(c->footprints); free(c->class_begin); free(c->class_segments); free(c->odd); free(c->classes);
    free(c->workers); free(c->always); free(c->bit_begin); free(c->bit_places); free(c->guarded);
    free(c->edges); free(c->offsets); free(c->rowbuf); free(c->target); free(c->order);
    store_free(&c->store);
    keyed_free(c->keyed);
    pthread_mutex_destroy(&c->joint_lock);
    free(c);
}

/* ---- instances, rows, programs ---- */

EXPORT int32_t core_add_instances(Core *c, int kind, int32_t count) {
    int32_t n = c->n_instances[kind];
    Instance *grown = realloc(c->instances[kind], sizeof(Instance) * (size_t)(n + count));
    if (!grown) return -1;
    memset(grown + n, 0, sizeof(Instance) * (size_t)count);
    for (int32_t i = n; i < n + count; i++) grown[i].guard_word = -1;
    c->instances[kind] = grown;
    for (int32_t i = 0; i < c->n_workers; i++) {
        uint64_t *lookups = own_room(NULL, sizeof(uint64_t) * (size_t)(n + count)), *before = c->workers[i].lookups[kind];
        if (!lookups) return -1;
        if (n) memcpy(lookups, before, sizeof(uint64_t) * (size_t)n);
        free(before);
        c->workers[i].lookups[kind] = lookups;
    }
    c->order_dirty = 1;
    return c->n_instances[kind] = n + count;
}

EXPORT void core_set_guard(Core *c, int32_t instance, int32_t word, uint64_t bit) {
    Instance *in = &c->instances[ACTIONS][instance];
    if (in->guard_word == word && in->guard_bit == bit) return;
    in->guard_word = word;
    in->guard_bit = bit;
    c->order_dirty = 1;
}

EXPORT void core_set_skip(Core *c, int32_t instance, int32_t skip) {
    if (c->instances[ACTIONS][instance].skip == skip) return;
    c->instances[ACTIONS][instance].skip = skip;
    c->order_dirty = 1;
}

/* Whether instances asked so far keep their order among each other; 0 also without memory. */
static int keeps_order(const Core *c, const int32_t *order, int32_t n) {
    int32_t room = c->n_instances[ACTIONS] + 1, last = 0, *place = calloc((size_t)room, sizeof(int32_t));
    for (int32_t p = 0; place && p < n; p++) place[order[p]] = p + 1;
    int kept = place != NULL;
    for (int32_t p = 0; kept && p < c->n_order; p++) {
        kept = place[c->order[p]] > last;
        last = place[c->order[p]];
    }
    free(place);
    return kept;
}

/* The instances that are asked, in order; `at`: the place of the one at the cursor. */
EXPORT int core_set_order(Core *c, const int32_t *order, int32_t n, int32_t at) {
    if (c->order && n == c->n_order && !memcmp(c->order, order, sizeof(int32_t) * (size_t)n)) {
        c->at = at;
        return 0;
    }
    int32_t *copy = malloc(sizeof(int32_t) * (size_t)(n ? n : 1));
    if (!copy) return -1;
    memcpy(copy, order, sizeof(int32_t) * (size_t)n);
    if (!keeps_order(c, order, n)) forget_events(c, 0);
    free(c->order);
    c->order = copy;
    c->n_order = n;
    c->at = at;
    c->order_dirty = 1;
    return 0;
}

/* Where the constraints are in a program. */
static void find_constraints(Program *p) {
    p->excludes = 0;
    p->split = 0;
    for (int32_t i = 0; i < p->n; i++)
        if (p->code[i].yes <= PLACE_OUT || p->code[i].no <= PLACE_OUT) { p->excludes = 1; p->split = i + 1; }
    for (int32_t i = 0, far = p->split; i < far; i++)
        for (int way = 0; way < 2; way++) {
            int32_t to = way ? p->code[i].yes : p->code[i].no;
            if (to > far || to == PLACE_FALSE || (to == PLACE_TRUE && far < p->n)) p->split = 0;
        }
}

EXPORT int core_set_program(Core *c, int kind, const Leaf *code, int32_t n, const uint64_t *same, int64_t same_n) {
    Program *p = &c->programs[kind];
    size_t code_bytes = sizeof(Leaf) * (size_t)n, same_bytes = sizeof(uint64_t) * (size_t)same_n * 2;
    c->place = 0;
    if (p->code && n == p->n && same_n == p->same_n && !memcmp(p->code, code, code_bytes) && !memcmp(p->same, same, same_bytes))
        return 0;
    Leaf *leaves = malloc(code_bytes + sizeof(Leaf));
    uint64_t *pairs = malloc(same_bytes + sizeof(uint64_t));
    if (!leaves || !pairs) { free(leaves); free(pairs); return -1; }
    memcpy(leaves, code, code_bytes);
    memcpy(pairs, same, same_bytes);
    int like = n == p->n;
    for (int32_t i = 0; i < n && like; i++) {
        const Leaf *a = &p->code[i], *b = &code[i];
        like = a->kind == b->kind && a->yes == b->yes && a->no == b->no && (a->kind != LEAF_TABLE || a->instance == b->instance);
    }
    c->sleep_fresh = 0;
    if (kind == STEPS) forget_steps(c, 1);
    if (kind == PREDICATES && !like) c->unchecked = c->store.n;
    c->order_dirty = 1;
    free(p->code);
    free(p->same);
    p->code = leaves;
    p->same = pairs;
    p->n = n;
    p->same_n = same_n;
    find_constraints(p);
    return 0;
}

/* Where a new row of some words goes; its place, or -1. */
static int64_t add_row(Core *c, int32_t instance, const uint64_t *row, int64_t n) {
    if (c->row_n + n > (int64_t)UINT32_MAX - VALUE_ROW) return -1;
    if (c->row_n + n > c->row_cap) {
        int64_t cap = c->row_cap * 2 + n;
        uint64_t *rows = realloc(c->rowbuf, sizeof(uint64_t) * (size_t)cap);
        if (!rows) return -1;
        c->rowbuf = rows;
        c->row_cap = cap;
    }
    uint64_t *to = c->rowbuf + c->row_n;
    memcpy(to, row, sizeof(uint64_t) * (size_t)n);
    for (int64_t i = 1; i < n; i += 3 + 3 * (int64_t)row[i + 2]) {
        int32_t class = class_of(c, row + i + 3, (int64_t)row[i + 2]);
        to[i] = (uint32_t)row[i] | (uint64_t)class << 32;
        to[i + 1] = (uint32_t)row[i + 1] | (uint64_t)event_of(c, instance, class) << 32;
    }
    c->row_n += n;
    return c->row_n - n;
}

static uint64_t mask_of(const Table *t, int32_t word) {
    for (int32_t i = 0; i < t->n; i++) if (t->word[i] == word) return t->mask[i];
    return 0;
}

/* Find the words of which all tables of an instance read most. */
static void find_common(Instance *in) {
    in->common[0] = in->common[1] = 0;
    in->common_bits[0] = in->common_bits[1] = 0;
    for (int32_t k = 0; k < in->tables[0].n; k++) {
        int32_t word = in->tables[0].word[k];
        uint64_t bits = in->tables[0].mask[k];
        for (int32_t i = 1; i < in->n && bits; i++) bits &= mask_of(&in->tables[i], word);
        int first = __builtin_popcountll(bits) > __builtin_popcountll(in->common_bits[0]);
        if (!first && __builtin_popcountll(bits) <= __builtin_popcountll(in->common_bits[1])) continue;
        if (first) { in->common[1] = in->common[0]; in->common_bits[1] = in->common_bits[0]; }
        in->common[!first] = word;
        in->common_bits[!first] = bits;
    }
}

/* Add a row to the table with this mask (made if there is none); the key comes from the full state `s`. */
EXPORT int core_put(Core *c, int kind, int32_t instance, int32_t n, const int32_t *word, const uint64_t *mask,
                    const uint64_t *s, const uint64_t *row, int64_t row_n) {
    Instance *in = &c->instances[kind][instance];
    Table *t = NULL;
    for (int32_t i = 0; i < in->n && !t; i++) {
        Table *u = &in->tables[i];
        if (u->n == n && memcmp(u->word, word, sizeof(int32_t) * (size_t)n) == 0 &&
            memcmp(u->mask, mask, sizeof(uint64_t) * (size_t)n) == 0) t = u;
    }
    if (!t) {
        Table *tables = realloc(in->tables, sizeof(Table) * (size_t)(in->n + 1));
        if (!tables) return -1;
        in->tables = tables;
        t = &tables[in->n];
        if (table_init(t, n, word, mask)) { table_free(t); return -1; }
        in->n++;
        find_common(in);
        if (kind == PREDICATES) c->segments_fresh = 0; /* it may depend on more now */
        if (kind == STEPS) c->steps_fresh = 0;
        if (kind == ACTIONS) c->sleep_fresh = 0;
    }
    uint32_t value = VALUE_NO;
    if (kind != ACTIONS || in->skip) value = row[0] ? VALUE_ROW : VALUE_NO;
    else if (row[0]) {
        int64_t at = add_row(c, instance, row, row_n);
        if (at < 0) return -1;
        value = (uint32_t)at + VALUE_ROW;
    }
    c->news++;
    return table_put(t, s, value);
}

/* Drop the tables of an instance: the caller puts its rows again. */
EXPORT void core_clear(Core *c, int kind, int32_t instance) {
    clear_tables(&c->instances[kind][instance]);
    if (kind == STEPS) forget_steps(c, 1);
    if (kind == ACTIONS) forget_events(c, 0);
    c->order_dirty = 1;
}

/* ---- states ---- */

EXPORT int64_t core_find(const Core *c, const uint64_t *s) {
    uint64_t where;
    if (c->keyed) {
        uint64_t *key = c->workers[0].key;
        return c->keyed->key(c->keyed->with, s, key) ? -1 : keyed_find(c->keyed, key);
    }
    return store_find(&c->store, s, hash_state(&c->store, s), &where);
}

/* Tell states apart by keys of so many words from now on; there are no states yet. `meet` and `part`: for
 * several workers. */
EXPORT int core_set_key(Core *c, KeyOf key, void *with, int32_t words, MeetOf meet, PartOf part) {
    c->keyed = keyed_new(c, key, with, words, meet, part);
    c->store.unindexed = 1;
    return c->keyed ? 0 : -1;
}

EXPORT int64_t core_find_key(const Core *c, const uint64_t *key) { return keyed_find(c->keyed, key); }


/* A state that comes from others has not been looked at by the program as it is. */
static int put_aside(Core *c) {
    if (c->unchecked == c->store.n) c->unchecked++; /* others have looked at it: who knows what they found */
    else {
        if (c->odd_n == c->odd_room) {
            int64_t room = c->odd_room ? c->odd_room * 2 : 64;
            int64_t *odd = realloc(c->odd, sizeof(int64_t) * (size_t)room);
            if (!odd) return -1;
            c->odd = odd;
            c->odd_room = room;
        }
        c->odd[c->odd_n++] = c->store.n;
    }
    return 0;
}

/* The same by its key. */
EXPORT int64_t core_insert_keyed(Core *c, const uint64_t *s, const uint64_t *key, int64_t parent) {
    int64_t known = keyed_find(c->keyed, key);
    if (known >= 0) return known;
    int64_t number = put_aside(c) ? -1 : keyed_append(c, s, key, parent);
    return number < 0 ? -1 : number;
}

/* A state that others have looked at; its number (the old one if it is known), -1 without memory, -3 if its key is not known. */
EXPORT int64_t core_insert(Core *c, const uint64_t *s, int64_t parent) {
    uint64_t where, hash = hash_state(&c->store, s);
    if (c->keyed) {
        int code = c->keyed->key(c->keyed->with, s, c->workers[0].key);
        return code ? (code == -2 ? -1 : KEYED_UNKNOWN) : core_insert_keyed(c, s, c->workers[0].key, parent);
    }
    int64_t known = store_find(&c->store, s, hash, &where);
    if (known >= 0) return known;
    return put_aside(c) ? -1 : store_insert(&c->store, s, hash, parent);
}

EXPORT void core_state(const Core *c, int64_t i, uint64_t *out) {
    memcpy(out, state_at(&c->store, i), sizeof(uint64_t) * (size_t)c->store.width);
}

EXPORT void core_target(const Core *c, uint64_t *out) {
    memcpy(out, c->target, sizeof(uint64_t) * (size_t)c->store.width);
}

EXPORT int64_t core_parent(const Core *c, int64_t i) {
    uint32_t parent = *parent_at(&c->store, i);
    return parent == NO_PARENT ? -1 : (int64_t)parent;
}

EXPORT void core_copy_parents(const Core *c, int64_t *out) {
    for (int64_t i = 0; i < c->store.n; i++) out[i] = core_parent(c, i);
}

/* ---- edges ---- */

EXPORT void core_keep_edges(Core *c) { c->keep_edges = 1; c->sleep_fresh = 0; }

/* The edges of the next state in order that others have explored. */
EXPORT int core_put_edges(Core *c, const uint32_t *targets, int64_t n) {
    if (mark_offset(c)) return -1;
    for (int64_t i = 0; i < n; i++) if (add_edge(c, targets[i])) return -1;
    return 0;
}

EXPORT int64_t core_edges(const Core *c) { return c->edges_n; }

/* Copy the edges (uint32 each) and where each state's begin (int64 each, `n` + 1 of them). */
EXPORT void core_copy_edges(const Core *c, uint32_t *edges, int64_t *offsets, int64_t n) {
    if (c->edges_n) memcpy(edges, c->edges, sizeof(uint32_t) * (size_t)c->edges_n);
    for (int64_t i = 0; i <= n; i++) offsets[i] = i < c->offsets_n ? c->offsets[i] : c->edges_n;
    offsets[n] = c->edges_n;
}

/* ---- the cursor ---- */

/* Back to the beginning of the state being explored, as if nothing had been done there yet. */
EXPORT void core_rollback(Core *c) {
    c->generated -= c->succs;
    c->succs = 0;
    c->at = 0;
    c->succ = 0;
    c->phase = 0;
    c->place = 0;
    if (c->keep_edges && c->offsets_n > c->state) {
        c->edges_n = c->offsets[c->state];
        c->offsets_n = c->state;
    }
}

EXPORT void core_seek(Core *c, int64_t state, int64_t generated, int64_t level_end, int64_t depth) {
    c->alone_from = state;
    c->missed = 0;
    c->state = state; /* BEFORE the rollback: it drops the edges from c->state on; liveness needs those of states before */
    core_rollback(c);
    c->generated = (uint64_t)generated;
    c->level_end = level_end;
    c->depth = depth;
}

EXPORT void core_pause_at(Core *c, int64_t state) { c->pause_at = state; }

EXPORT void core_limit(Core *c, int64_t n_max) { c->n_max = n_max; }

static int put_in_order(Core *c) {
    if (make_order(c) || make_joints(c)) return CORE_MEMORY;
    c->order_dirty = 0;
    c->news_max = c->news + c->news / 2 + 64;
    return CORE_DONE;
}

/* A round is long enough for all that was found out to be made anew before it, however little of it has changed. */
static int explore_round(Core *c, int64_t until) {
    int stale = !c->segments_fresh && c->state > c->segments_at;
    if ((stale && put_in_order(c)) || (!steps_hold(c) && make_steps(c))) return CORE_MEMORY;
    return run_together(c, until);
}

static int search(Core *c) {
    while (c->state < c->store.n) {
        int stale = !c->segments_fresh && c->state >= c->segments_at + 1000;
        if ((c->order_dirty || c->news > c->news_max || stale) && put_in_order(c)) return CORE_MEMORY;
        if ((steps_stale(c) && make_steps(c)) || (sleep_stale(c) && make_sleep(c))) return CORE_MEMORY;
        drop_born(c);
        int begin = c->at == 0 && c->succ == 0 && c->phase == 0;
        if (begin && (c->state >= c->pause_at || c->store.n > c->n_max)) return CORE_PAUSE;
        if (c->state == c->level_end) { c->depth++; c->level_end = c->store.n; }
        int64_t until = c->level_end < c->pause_at ? c->level_end : c->pause_at;
        if (until <= c->state) until = c->state + 1;
        int code;
        if (begin && until - c->state >= c->least && may_share(c)) code = explore_round(c, until);
        else {
            int64_t stop = c->parallel_from > c->state && c->parallel_from < until && c->n_workers > 1 ? c->parallel_from : until;
            code = run_alone(c, stop);
        }
        if (code == CORE_MEMORY) forget_met(c); /* a round may not have been taken over */
        if (code == CORE_FALSE) { c->was_false = 1; c->sleep_fresh = 0; } /* who knows whether others keep it */
        if (code != CORE_DONE) return code;
    }
    return CORE_DONE;
}

/* Explore with several workers from state `warm` on, wherever there are `least` states to explore; where that does not
 * pay, one goes on alone for at most `rest_max` states (for tests). */
EXPORT void core_tune(Core *c, int64_t warm, int64_t least, int64_t rest_max) {
    c->parallel_from = warm;
    c->least = least;
    c->rest_max = rest_max;
    c->span = least * 2;
}

/* Have misses answered by `fill` (_fill.h), as far as it can; it puts the row itself. */
EXPORT void core_set_fill(Core *c, FillRow fill, void *with) {
    c->fill = fill;
    c->fill_with = with;
}

EXPORT int core_run(Core *c) {
    int code;
    do {
        c->answer = -1;
        code = search(c);
        if (code != CORE_MISS && code != CORE_MISS_PREDICATE && code != CORE_MISS_STEP) break;
        if (c->answer < 0) filled(c, code);
    } while (c->answer == 1);
    if (c->answer == 2) code = CORE_TIRED;
    for (int kind = 0; kind < KINDS; kind++) {
        c->outs[kind] |= c->workers[0].outs[kind];
        c->workers[0].outs[kind] = 0;
    }
    return code;
}

EXPORT void core_numbers(const Core *c, int64_t *out) {
    int kind = c->phase == 1 ? STEPS : PREDICATES;
    int32_t predicate = c->place >= 0 && c->place < c->programs[kind].n ? c->programs[kind].code[c->place].instance : -1;
    out[0] = c->store.n; out[1] = (int64_t)c->generated; out[2] = c->depth; out[3] = c->state;
    out[4] = c->at < c->n_order ? c->order[c->at] : -1;
    out[5] = predicate;
    out[6] = c->last_action; out[7] = c->phase; out[8] = c->row_n; out[9] = c->level_end;
}

/* Which values from PLACE_OUT down a program has had, as bits (the last one for all beyond). */
EXPORT uint64_t core_outs(const Core *c, int kind) { return c->outs[kind]; }

EXPORT void core_instance(const Core *c, int kind, int32_t i, uint64_t *out) {
    const Instance *in = &c->instances[kind][i];
    out[0] = 0;
    for (int32_t w = 0; w < c->n_workers; w++) out[0] += c->workers[w].lookups[kind][i];
    out[1] = in->misses; out[2] = (uint64_t)in->n;
    out[3] = 0;
    for (int32_t j = 0; j < in->n; j++) out[3] += in->tables[j].used;
}

/* ---- memory ---- */

/* Bytes held for states, seen set and edges. */
EXPORT int64_t core_bytes(const Core *c) {
    int64_t keys = c->keyed ? store_bytes(&c->keyed->keys) + (int64_t)met_bytes(c) : 0;
    int64_t born = (c->born_chunks - c->born_dropped) * CHUNK * (int64_t)(sizeof(uint16_t) + HANDED_WORDS * sizeof(uint64_t));
    return born + keys + store_bytes(&c->store) + c->edges_cap * (int64_t)sizeof(uint32_t) + c->offsets_cap * (int64_t)sizeof(int64_t);
}

/* Move full chunks of states to a file that is open for reading and writing (it stays the caller's to close, afterwards). */
EXPORT int core_spill(Core *c, int file) {
    if (c->store.file < 0) c->store.file = file;
    return store_spill(&c->store);
}

/* Tell states apart by 64-bit fingerprints from now on. */
EXPORT int core_fingerprint(Core *c) { return store_fingerprint(c->keyed ? &c->keyed->keys : &c->store); }

/* Whether to use the processor's bit extraction (for tests of the other way). */
EXPORT void core_use_pext(int use) { have_pext = use ? have_pext : 0; }

/* ---- a new layout ---- */

/* Move every state to a new layout; all tables and rows are dropped: the caller adds them again. */
EXPORT int core_relayout(Core *c, int32_t width, const Move *moves, int32_t n) {
    Move *joined = malloc(sizeof(Move) * (size_t)(n ? n : 1));
    uint64_t *target = calloc((size_t)width, sizeof(uint64_t));
    if (!joined || !target) { free(joined); free(target); return -1; }
    memcpy(joined, moves, sizeof(Move) * (size_t)n);
    n = join_moves(joined, n);
    move_words(c->target, target, width, joined, n);
    free(c->target);
    c->target = target;
    int failed = store_relayout(&c->store, width, joined, n);
    forget_met(c);
    free(joined);
    if (failed || worker_room(c)) return -1;
    drop_tables(c);
    forget_steps(c, 1);
    forget_events(c, 1);
    c->order_dirty = 1;
    return 0;
}

#ifdef WITH_PYTHON
#define PY_SSIZE_T_CLEAN
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_core", "The compiled search core (called through ctypes).", -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__core(void) { return PyModule_Create(&module); }
#endif
