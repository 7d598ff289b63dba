/* Exploring blocks of states at once, with the numbering that one worker alone would give.
 *
 * 1. Every block is explored with tables, states and seen set read-only: its successors that were not seen before are kept.
 *    A state whose rows are not all there is put off.
 * 2. Alone, one worker has the missing rows learnt and explores what was put off. Where that cannot be, or something else
 *    is the matter (something false, a deadlock), the round ends before that block, and one worker goes on alone.
 * 3. Every candidate claims its slot; of equal ones the first keeps it. 4. Those that keep theirs get numbers.
 * Between these the workers meet. Rounds rest for a while where little comes of them (`may_share`).
 */
#include "_search.h"

enum { WARM_STATES = 1024, LEAST_STATES = 512, REST_MAX = 1 << 16, SPIN = 4000 };
enum { SPAN_MAX = 1 << 16, KEYED_SPAN_MAX = 1 << 13, LEARNT_SPAN_MAX = 1 << 12 }; /* states a round; … with keys; … with misses */
enum { NOT_YET = -1 }; /* for `early`: its states are explored for the first time */
enum { SHARES = 8 }; /* a worker takes such a share of its part of what is left */
enum { WORKER_STACK = 72 << 20 }; /* what makes keys may use up to 64 MiB */
enum { MISSED_SHARE = 8, PUT_OFF_SHARE = 4 }; /* states with misses alone, and states put off, of so many, that are too many */

/* ---- workers ---- */

static int start_workers(Core *c) {
    if (c->team.n) return 0;
    int32_t spin = c->n_workers <= sysconf(_SC_NPROCESSORS_ONLN) ? SPIN : 0;
    return team_start(&c->team, c->n_workers, WORKER_STACK, spin);
}

static void work_of(void *with, int32_t number) {
    Core *c = with;
    c->job(c, &c->workers[number]);
}

/* All workers do a job, each takes blocks until there are no more. */
static void together(Core *c, void (*job)(Core *, Worker *)) {
    c->next_block = 0;
    c->job = job;
    team_work(&c->team, work_of, c);
}

static Block *take_block(Core *c) {
    int32_t i = __atomic_fetch_add(&c->next_block, 1, __ATOMIC_RELAXED);
    return i < c->n_blocks ? &c->blocks[i] : NULL;
}

/* ---- 1: explore ---- */

static int found_room(Block *k, int32_t width, int32_t key_words) {
    if (k->width != width) {
        free(k->found); free(k->words); free(k->keys);
        k->found = NULL;
        k->words = k->keys = NULL;
        k->room = 0;
        k->width = width;
    }
    if (k->n < k->room) return 0;
    int64_t room = k->room ? k->room * 2 : 256;
    Found *found = realloc(k->found, sizeof(Found) * (size_t)room);
    if (!found) return -1;
    k->found = found;
    uint64_t *words = realloc(k->words, sizeof(uint64_t) * (size_t)room * (size_t)width);
    if (!words) return -1;
    k->words = words;
    if (key_words) {
        uint64_t *keys = realloc(k->keys, sizeof(uint64_t) * (size_t)room * (size_t)key_words);
        if (!keys) return -1;
        k->keys = keys;
    }
    k->room = room;
    return 0;
}

static int add_link(Block *k, int64_t link) { return add_number(&k->links, &k->links_n, &k->links_room, link); }

/* What a block was like before a state. */
typedef struct { int64_t state, n, links_n; uint64_t times; } Before;

static Before begin_state(const Block *k, int64_t state) { return (Before){state, k->n, k->links_n, 0}; }

static void end_state(Core *c, Worker *w, Block *k, const Before *before) {
    if (before->state < 0) return;
    k->generated += before->times;
    if (c->keep_edges) {
        k->marks[before->state - k->first][0] = before->links_n;
        k->marks[before->state - k->first][1] = k->links_n;
    }
    for (int kind = 0; kind < KINDS; kind++) { k->outs[kind] |= w->outs[kind]; w->outs[kind] = 0; }
}

static void put_off(const Core *c, Worker *w, Block *k, const Before *before) {
    if (c->keyed) met_forget(c, k, before->n);
    k->n = before->n;
    k->links_n = before->links_n;
    for (int kind = 0; kind < KINDS; kind++) w->outs[kind] = 0;
    k->put_off[before->state - k->first] = 1;
    k->put_off_n++;
}

/* Whether this worker has found a candidate in this block before, as most new states are found many times: its entry, or 0. */
static inline uint64_t found_before(const Core *c, Worker *w, const Block *k, const Candidate *cand, const uint64_t *t) {
    uint64_t entry = *recent_at(w, cand->hash);
    int64_t i = (uint32_t)entry;
    if (!entry || &c->blocks[(entry >> 32) - 1] != k || i >= k->n) return 0;
    const Found *found = &k->found[i];
    return found->hash == cand->hash && found->source <= cand->source && same_words(found_words(k, i), t, c->store.width) ? entry : 0;
}

static inline void note_found(const Core *c, Worker *w, const Block *k, uint64_t hash) {
    *recent_at(w, hash) = (uint64_t)(k - c->blocks + 1) << 32 | (uint32_t)k->n;
}

/* A candidate of a block. CORE_DONE, or what the trouble is. */
static inline int look(Core *c, Worker *w, Block *k, const Candidate *cand, const uint64_t *t) {
    int step_out = 0, out = 0, code;
    uint64_t noted = 0;
    if (c->programs[STEPS].n && (code = look_at_step(c, w, cand, t, &step_out, &noted)) != CORE_DONE) return code;
    uint64_t where;
    int64_t number = store_find_from(&c->store, t, cand->hash, cand->where, &where);
    uint64_t before = number < 0 ? found_before(c, w, k, cand, t) : 0;
    if (before) number = -1 - (int64_t)(uint32_t)before;
    else if (number < 0) {
        if (c->programs[PREDICATES].n && (code = look_at_state(c, w, t, cand->writes, &out)) != CORE_DONE) return code;
        if (!out) w->outs[STEPS] |= noted;
        if (out || step_out) return CORE_DONE;
        if (found_room(k, c->store.width, 0)) return CORE_MEMORY;
        number = -1 - k->n;
        note_found(c, w, k, cand->hash);
        k->found[k->n] = (Found){cand->hash, where, cand->source, cand->event, 0};
        memcpy(found_words(k, k->n++), t, sizeof(uint64_t) * (size_t)c->store.width);
    }
    if (!out) w->outs[STEPS] |= noted;
    return c->keep_edges && !step_out && add_link(k, number) ? CORE_MEMORY : CORE_DONE;
}

/* The same where states are told apart by keys; no edges are kept then. */
static int look_keyed(Core *c, Worker *w, Block *k, const Candidate *cand, const uint64_t *t) {
    int step_out = 0, out = 0, code;
    uint64_t noted = 0;
    int64_t number;
    if (c->programs[STEPS].n && (code = look_at_step(c, w, cand, t, &step_out, &noted)) != CORE_DONE) return code;
    if (!met_before(c, t, cand->hash, k - c->blocks, k->early != NOT_YET)) {
        if ((code = look_by_key(c, w, cand, t, step_out, &out, &number)) != CORE_DONE) return code;
        if (number < 0 && !out && !step_out) {
            int32_t words = c->keyed->keys.width;
            if (found_room(k, c->store.width, words)) return CORE_MEMORY;
            met_find(c, t, cand->hash, k - c->blocks);
            k->found[k->n] = (Found){w->key_hash, w->key_where, cand->source, cand->event, 0};
            memcpy(k->keys + k->n * words, w->key, sizeof(uint64_t) * (size_t)words);
            memcpy(found_words(k, k->n++), t, sizeof(uint64_t) * (size_t)c->store.width);
        }
    }
    if (!out) w->outs[STEPS] |= noted;
    return CORE_DONE;
}

static inline int look_at(Core *c, Worker *w, Block *k, const Candidate *cand, const uint64_t *t) {
    return c->keyed ? look_keyed(c, w, k, cand, t) : look(c, w, k, cand, t);
}

static inline int is_miss(int code) { return code == CORE_MISS || code == CORE_MISS_PREDICATE || code == CORE_MISS_STEP; }

/* The candidates of the batch. CORE_DONE, or what the trouble is, if it is no miss. */
static int look_at_batch(Core *c, Worker *w, Block *k) {
    Batch *b = &w->batch;
    Before before = {-1, 0, 0, 0};
    int off = 0;
    look_ahead_first(c, w);
    for (int64_t i = 0; i < b->n; i++) {
        const Candidate *cand = &b->list[i];
        look_ahead(c, w, i);
        if ((int64_t)cand->source != before.state) {
            if (!off) end_state(c, w, k, &before);
            before = begin_state(k, cand->source);
            off = 0;
        }
        if (off) continue;
        before.times += cand->times;
        if (cand->action < 0) continue;
        int code = look_at(c, w, k, cand, batch_words(b, i));
        if (code == CORE_DONE) continue;
        if (!is_miss(code)) return code;
        put_off(c, w, k, &before);
        off = 1;
    }
    if (!off) end_state(c, w, k, &before);
    return CORE_DONE;
}

static int explore_block(Core *c, Worker *w, Block *k) {
    Batch *b = &w->batch;
    w->block = k;
    for (int64_t s = k->first; s < k->last; ) {
        b->n = 0;
        if (batch_room(b, BATCH, c->store.width)) return CORE_MEMORY;
        for (; s < k->last && b->n < BATCH; s++) {
            int64_t had = b->n;
            int32_t at = 0;
            int why = expand(c, w, s, &at, 0);
            if (why == CORE_MEMORY) return why;
            if (why == CORE_MISS) {
                b->n = had;
                k->put_off[s - k->first] = 1;
                k->put_off_n++;
            } else if (c->check_deadlock && b->n == had) return CORE_DEADLOCK;
        }
        int code = look_at_batch(c, w, k);
        if (code != CORE_DONE) return code;
    }
    return CORE_DONE;
}

static void explore_job(Core *c, Worker *w) {
    if (!c->keyed) memset(w->recent, 0, sizeof(w->recent));
    for (Block *k; (k = take_block(c)); ) {
        int code = explore_block(c, w, k);
        k->early = k->n;
        k->failed = code == CORE_MEMORY;
        k->cut = code != CORE_DONE;
        for (int kind = 0; kind < KINDS; kind++) w->outs[kind] = 0;
    }
}

/* ---- 2: what was put off ---- */

/* Have a missing row learnt; whether it is there now. */
static int learn(Core *c, int kind, int32_t number, const uint64_t *s, const uint64_t *t) {
    if (!c->fill) return 0;
    c->instances[kind][number].misses++;
    int answer = c->fill(c->fill_with, kind, number, s, t, core_put, c);
    if (answer != 2) return answer == 1;
    c->tired = 1; /* it is told so after the round */
    return c->fill(c->fill_with, kind, number, s, t, core_put, c) == 1;
}

/* A state that was put off. CORE_DONE, or why one worker has to go on. */
static int explore_again(Core *c, Worker *w, Block *k, int64_t s) {
    Batch *b = &w->batch;
    int32_t at = 0;
    int code;
    b->n = 0;
    if (batch_room(b, BATCH, c->store.width)) return CORE_MEMORY;
    while ((code = expand(c, w, s, &at, 0)) == CORE_MISS)
        if (!learn(c, ACTIONS, c->order[at], state_at(&c->store, s), NULL)) return code;
    if (code != CORE_DONE) return code;
    if (c->check_deadlock && !b->n) return CORE_DEADLOCK;
    Before before = begin_state(k, s);
    w->block = k;
    look_ahead_first(c, w);
    for (int64_t i = 0; i < b->n; i++) {
        const Candidate *cand = &b->list[i];
        const uint64_t *t = batch_words(b, i);
        look_ahead(c, w, i);
        before.times += cand->times;
        if (cand->action < 0) continue;
        while ((code = look_at(c, w, k, cand, t)) != CORE_DONE) {
            if (!is_miss(code)) return code;
            int kind = kind_of_miss(code);
            const uint64_t *of = kind == STEPS ? state_at(&c->store, s) : t;
            if (!learn(c, kind, c->programs[kind].code[w->place].instance, of, kind == STEPS ? t : NULL)) return code;
            for (int64_t j = i; j < b->n && !c->segments_fresh; j++) /* it may matter more now */
                if (b->list[j].writes > 0) b->list[j].writes = (int16_t)-b->list[j].writes;
        }
    }
    end_state(c, w, k, &before);
    return CORE_DONE;
}

static int explore_put_off(Core *c, Block *k) {
    Worker *w = &c->workers[0];
    int64_t unmade = 0; /* states since what is known of steps did not hold any more */
    for (int64_t s = k->first; k->put_off_n && s < k->last; s++) {
        if (!k->put_off[s - k->first]) continue;
        unmade = steps_hold(c) ? 0 : unmade + 1;
        if (unmade == STEPS_STALE && make_steps(c)) return CORE_MEMORY;
        int code = explore_again(c, w, k, s);
        if (code == CORE_DONE) continue;
        for (int kind = 0; kind < KINDS; kind++) w->outs[kind] = 0;
        k->cut = 1;
        return code;
    }
    return CORE_DONE;
}

/* ---- 3 and 4: take over ---- */

/* What has an index, and the words in it of a block's candidate. */
static inline Store *indexed(Core *c) { return c->keyed ? &c->keyed->keys : &c->store; }
static inline const uint64_t *indexed_words(const Core *c, const Block *k, int64_t i) {
    return c->keyed ? k->keys + i * c->keyed->keys.width : found_words(k, i);
}

/* The place in `found` of a block's candidate, by its rank. */
static inline int64_t ranked(const Block *k, int64_t rank) { return k->early < k->n ? k->order[rank] : rank; }

/* Those of states that were put off belong between the others. */
static int rank(Block *k) {
    if (k->early == k->n) return 0;
    int32_t *order = realloc(k->order, sizeof(int32_t) * (size_t)k->n);
    if (!order) return -1;
    k->order = order;
    int64_t i = 0, j = k->early;
    for (int64_t at = 0; at < k->n; at++) {
        int late = i == k->early || (j < k->n && k->found[j].source < k->found[i].source);
        order[at] = (int32_t)(late ? j++ : i++);
    }
    return 0;
}

/* Claim the slot of a candidate, if no earlier one has it. */
static int claim(Core *c, int64_t block, int64_t rank) {
    const Store *s = indexed(c);
    Block *own = &c->blocks[block];
    int64_t i = ranked(own, rank);
    Found *found = &own->found[i];
    uint64_t mask = ((uint64_t)1 << s->bits) - 1, at = found->where;
    uint32_t mine = slot_value(s, found->hash, (uint64_t)(c->base + block * c->per_block + rank)), low = (uint32_t)mask;
    const uint64_t *words = indexed_words(c, own, i);
    found->kept = 1; /* before others can see it: an earlier one takes that back */
    for (;;) {
        uint32_t v = __atomic_load_n(&s->slots[at], __ATOMIC_ACQUIRE);
        if (!v) {
            if (__atomic_compare_exchange_n(&s->slots[at], &v, mine, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) break;
            continue;
        }
        int64_t other = slot_number(s, v);
        if (((v ^ mine) & ~low) || other < c->base) { at = (at + 1) & mask; continue; }
        Block *k = &c->blocks[(other - c->base) / c->per_block];
        int64_t j = ranked(k, (other - c->base) % c->per_block);
        int same = s->prints ? k->found[j].hash == found->hash : same_words(indexed_words(c, k, j), words, s->width);
        if (!same) { at = (at + 1) & mask; continue; }
        if (v < mine) { found->kept = 0; found->where = at; return 0; }
        if (!__atomic_compare_exchange_n(&s->slots[at], &v, mine, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) continue;
        k->found[j].kept = 0;
        __atomic_sub_fetch(&k->fresh, 1, __ATOMIC_RELAXED);
        break;
    }
    found->where = at;
    return 1;
}

static void claim_job(Core *c, Worker *w) {
    (void)w;
    const Store *s = indexed(c);
    for (Block *k; (k = take_block(c)); ) {
        if (rank(k)) { k->failed = 1; continue; }
        int64_t claimed = 0;
        int moved = s->bits != c->index_bits;
        for (int64_t i = 0; i < k->n && moved; i++) k->found[i].where = slot_of(s, k->found[i].hash);
        for (int64_t i = 0; i < k->n; i++) { /* by rank; brought nearer as they lie there */
            if (i + PEEK < k->n) __builtin_prefetch(&s->slots[k->found[i + PEEK].where], 1);
            claimed += claim(c, k - c->blocks, i);
        }
        __atomic_add_fetch(&k->fresh, claimed, __ATOMIC_RELAXED);
    }
}

static void number_job(Core *c, Worker *w) {
    (void)w;
    Store *s = &c->store, *index = indexed(c);
    size_t bytes = sizeof(uint64_t) * (size_t)s->width, key_bytes = sizeof(uint64_t) * (size_t)index->width;
    for (Block *k; (k = take_block(c)); ) {
        int64_t number = k->base;
        for (int64_t r = 0; r < k->n; r++) {
            if (r + PEEK < k->n) __builtin_prefetch(&index->slots[k->found[r + PEEK].where], 1);
            int64_t i = ranked(k, r);
            const Found *found = &k->found[i];
            if (!found->kept) continue;
            memcpy(state_at(s, number), found_words(k, i), bytes);
            *parent_at(s, number) = found->source;
            if (c->keyed) {
                memcpy(state_at(index, number), indexed_words(c, k, i), key_bytes);
                *parent_at(index, number) = NO_PARENT;
            } else bear(c, number, found->event, found->source);
            if (index->prints) index->prints[number >> CHUNK_BITS][number & CHUNK_MASK] = found->hash;
            __atomic_store_n(&index->slots[found->where], slot_value(index, found->hash, (uint64_t)number), __ATOMIC_RELAXED);
            number++;
        }
    }
}

/* All states into a new index of 2^bits slots. */
static void index_job(Core *c, Worker *w) {
    (void)w;
    enum { PART = 4096 };
    for (;;) {
        int64_t part = __atomic_fetch_add(&c->next_block, 1, __ATOMIC_RELAXED), first = part * PART;
        Store *s = indexed(c);
        if (first >= s->n) return;
        store_index_part(s, first, first + PART < s->n ? first + PART : s->n, 1);
    }
}

static int index_room(Core *c, int64_t n, int64_t top) {
    Store *s = indexed(c);
    int bits = store_bits(s, n, top);
    if (bits == s->bits) return 0;
    if (store_new_index(s, bits)) return -1;
    together(c, index_job);
    return 0;
}

/* Edges of the states taken over: their order is that of exploration. */
static int take_edges(Core *c) {
    for (int32_t b = 0; b < c->n_blocks; b++) {
        const Block *k = &c->blocks[b];
        for (int64_t s = k->first; s < k->last; s++) {
            if (mark_offset(c)) return -1;
            const int64_t *marks = k->marks[s - k->first];
            for (int64_t i = marks[0]; i < marks[1]; i++) {
                int64_t number = k->links[i];
                if (number < 0) number = slot_number(&c->store, c->store.slots[k->found[-1 - number].where]);
                if (add_edge(c, number)) return -1;
            }
        }
    }
    return 0;
}

/* Give the candidates of the blocks their numbers. */
static int take_over(Core *c) {
    int64_t most = 1, total = 0;
    for (int32_t b = 0; b < c->n_blocks; b++) {
        if (c->blocks[b].n > most) most = c->blocks[b].n;
        total += c->blocks[b].n;
    }
    c->base = c->store.n;
    c->per_block = most;
    c->index_bits = indexed(c)->bits;
    if (store_reserve(&c->store, c->store.n + total) || (c->keyed && store_reserve(&c->keyed->keys, c->store.n + total)) ||
        (!c->keyed && born_room(c, c->store.n + total)) || index_room(c, c->store.n + total, c->store.n + c->n_blocks * most)) return -1;
    if (!total) return 0;
    together(c, claim_job);
    int64_t number = c->base;
    for (int32_t b = 0; b < c->n_blocks; b++) {
        if (c->blocks[b].failed) return -1;
        c->blocks[b].base = number;
        number += c->blocks[b].fresh;
    }
    together(c, number_job);
    c->store.n = number;
    if (!c->keyed) return 0;
    c->keyed->keys.n = number;
    met_room(c);
    return 0;
}

/* ---- all of it ---- */

/* Blocks that get smaller, so that the workers end at about the same time. */
static int prepare_blocks(Core *c, int64_t first, int64_t last) {
    if (!c->blocks && !(c->blocks = own_room(NULL, BLOCKS * sizeof(Block)))) return -1;
    c->n_blocks = 0;
    int64_t least = c->least / 16 < 4 ? 4 : c->least / 16;
    while (first < last && c->n_blocks < BLOCKS) {
        int64_t size = (last - first) / (c->n_workers * SHARES);
        size = size < least ? least : size > BLOCK_STATES ? BLOCK_STATES : size;
        Block *k = &c->blocks[c->n_blocks++];
        k->first = first;
        k->last = first = first + size < last ? first + size : last;
        k->n = k->links_n = k->fresh = 0;
        k->early = NOT_YET;
        k->generated = 0;
        k->put_off_n = k->cut = k->failed = 0;
        memset(k->outs, 0, sizeof(k->outs));
        memset(k->put_off, 0, sizeof(k->put_off));
        if (!c->keep_edges) continue;
        if (!k->marks && !(k->marks = malloc(sizeof(*k->marks) * BLOCK_STATES))) return -1;
        memset(k->marks, 0, sizeof(*k->marks) * BLOCK_STATES);
    }
    return 0;
}

static void blocks_free(Core *c) {
    for (int i = 0; c->blocks && i < BLOCKS; i++) {
        Block *k = &c->blocks[i];
        free(k->found); free(k->words); free(k->keys); free(k->order); free(k->links); free(k->marks);
    }
    free(c->blocks);
}

static void flush_outs(Core *c) {
    Worker *w = &c->workers[0];
    for (int kind = 0; kind < KINDS; kind++) { c->outs[kind] |= w->outs[kind]; w->outs[kind] = 0; }
}

/* One worker alone from a state on; the longer, the more often that was so. */
static void rest(Core *c, int64_t from) {
    c->rest = c->rest ? c->rest * 2 : c->least;
    if (c->rest > c->rest_max) c->rest = c->rest_max;
    c->parallel_from = from + c->rest;
}

/* Whether several workers may go on from the cursor, the beginning of a state. */
static int may_share(Core *c) {
    if (c->n_workers == 1 || (c->keyed && c->keep_edges) || c->state < c->parallel_from) return 0;
    int64_t alone = c->state - c->alone_from;
    int often = c->rest_max && (int64_t)c->missed * MISSED_SHARE > alone;
    c->alone_from = c->state;
    c->missed = 0;
    if (often) c->parallel_from = c->state + (c->rest ? c->rest : c->least);
    return !often;
}

/* What the blocks from one on have found is not taken over. */
static void lose_blocks(const Core *c, int32_t from) {
    for (int32_t b = from; c->keyed && b < c->n_blocks; b++) met_forget(c, &c->blocks[b], 0);
}

/* Explore states from the cursor (the beginning of one) on. CORE_DONE: some were taken over, or `parallel_from` says that
 * one worker has to go on alone; CORE_TIRED: the same. */
static int run_together(Core *c, int64_t until) {
    int64_t first = c->state, last = first + c->span + c->least < until ? first + c->span : until, total = 0, again = 0;
    flush_outs(c);
    if (start_workers(c) || prepare_blocks(c, first, last)) return CORE_MEMORY;
    c->tired = 0;
    if (c->keyed && !keys_meet(c)) { c->parallel_from = INT64_MAX; return CORE_DONE; }
    if (c->keyed) met_round(c);
    together(c, explore_job);
    if (c->keyed) keys_part(c);
    int32_t whole = 0, all = c->n_blocks;
    for (; whole < all; whole++) {
        Block *k = &c->blocks[whole];
        if (k->failed || (!k->cut && explore_put_off(c, k) == CORE_MEMORY)) return CORE_MEMORY;
        if (k->cut) break;
        total += k->n;
        again += k->put_off_n;
    }
    last = c->blocks[whole < all ? whole : all - 1].last; /* of those looked at */
    int full = c->store.n + total > c->n_max;
    lose_blocks(c, full ? 0 : whole);
    if (full) { c->parallel_from = last; return c->tired ? CORE_TIRED : CORE_DONE; }
    c->n_blocks = whole;
    if (take_over(c) || (c->keep_edges && (mark_until(c, first - 1) || take_edges(c)))) return CORE_MEMORY;
    for (int32_t b = 0; b < whole; b++) {
        c->generated += c->blocks[b].generated;
        for (int kind = 0; kind < KINDS; kind++) c->outs[kind] |= c->blocks[b].outs[kind];
        c->state = c->blocks[b].last;
    }
    c->at = 0; c->succ = 0; c->succs = 0; c->phase = 0;
    int64_t done = c->state - first;
    if (whole < all || again * PUT_OFF_SHARE > done) {
        rest(c, whole < all ? last : c->state);
        c->span = done > c->least ? done * 2 : c->least * 2;
    } else {
        c->rest = 0;
        int64_t most = c->keyed ? KEYED_SPAN_MAX : again ? LEARNT_SPAN_MAX : SPAN_MAX; /* what is behind a cut is lost: it comes with misses */
        if (again * 4 * PUT_OFF_SHARE > done) c->span = c->span / 2 > c->least * 2 ? c->span / 2 : c->least * 2;
        else c->span = c->span * 2 < most ? c->span * 2 : most;
    }
    c->alone_from = c->state;
    c->missed = 0;
    return c->tired ? CORE_TIRED : CORE_DONE;
}
