/* Exploring states: one after the other, with as many candidates under way as hide the memory's latency. */
#include "_joint.h"
#include "_ahead.h"

enum { BATCH = 192, BATCH_LEAST = 8 };

static int add_edge(Core *c, int64_t target) {
    if (c->edges_n == c->edges_cap) {
        int64_t cap = c->edges_cap ? c->edges_cap + c->edges_cap / 2 : 4096;
        uint32_t *edges = realloc(c->edges, sizeof(uint32_t) * (size_t)cap);
        if (!edges) return -1;
        c->edges = edges;
        c->edges_cap = cap;
    }
    c->edges[c->edges_n++] = (uint32_t)target;
    return 0;
}

static int mark_offset(Core *c) {
    if (c->offsets_n + 2 > c->offsets_cap) {
        int64_t cap = c->offsets_cap ? c->offsets_cap + c->offsets_cap / 2 : 4096;
        int64_t *offsets = realloc(c->offsets, sizeof(int64_t) * (size_t)cap);
        if (!offsets) return -1;
        c->offsets = offsets;
        c->offsets_cap = cap;
    }
    c->offsets[c->offsets_n++] = c->edges_n;
    return 0;
}

static int mark_until(Core *c, int64_t state) {
    while (c->offsets_n <= state) if (mark_offset(c)) return -1;
    return 0;
}

/* Steps that were not taken and are only counted, `times` of them. */
static inline int count_passed(Batch *b, int64_t number, int32_t at, uint64_t times, int32_t width) {
    if (!times) return 0;
    if (batch_room(b, b->n + 1, width)) return -1;
    memset(batch_words(b, b->n), 0, sizeof(uint64_t) * (size_t)width);
    b->list[b->n++] = (Candidate){.source = (uint32_t)number, .at = at, .action = -1, .times = (uint32_t)times};
    return 0;
}

/* What the candidates of one state have in common. */
typedef struct {
    const uint64_t *s, *asleep;
    uint64_t total;       /* of the hash's summands */
    uint64_t passed;      /* steps not taken, to be counted with the next candidate */
    int64_t number;
    int checked, taken;   /* `taken`: even a step that changes nothing is */
} Source;

/* Append the successor by an outcome, [action, multiplicity, writes, (word, clear, set)*], unless it is asleep, or the state
 * itself, and nothing is asked of steps; there is room. */
static inline __attribute__((always_inline)) void emit(const Core *c, Worker *w, Source *from, const uint64_t *row, int32_t place, int32_t succ,
                                                       const int32_t width) {
    const Store *store = &c->store;
    const uint64_t *s = from->s;
    uint32_t event = (uint32_t)(row[1] >> 32);
    if (from->asleep && event < (uint32_t)c->sleep_events && from->asleep[event >> 6] >> (event & 63) & 1) {
        from->passed += (uint32_t)row[1];
        return;
    }
    Batch *b = &w->batch;
    uint64_t *t = b->words + b->n * width, sum = from->total, writes = row[2], changed = 0;
    for (int32_t k = 0; k < width; k++) t[k] = s[k];
    for (uint64_t k = 0; k < writes; k++) {
        const uint64_t *q = row + 3 + 3 * k;
        uint64_t word = (s[q[0]] & ~q[1]) | q[2];
        t[q[0]] = word;
        changed |= word ^ s[q[0]];
        sum += mix_word(word, store->salts[q[0]]) - w->sums[q[0]];
    }
    if (!changed && !from->taken) {
        from->passed += (uint32_t)row[1];
        return;
    }
    Candidate *cand = &b->list[b->n++];
    int32_t class = (int32_t)(row[0] >> 32);
    cand->hash = finish(sum);
    cand->source = (uint32_t)from->number;
    cand->at = place;
    cand->succ = succ;
    cand->action = (int32_t)(uint32_t)row[0];
    cand->writes = (int16_t)(from->checked ? class : -class);
    cand->times = (uint32_t)row[1] + (uint32_t)from->passed;
    cand->event = (uint16_t)event;
    from->passed = 0;
    __builtin_prefetch(&store->slots[slot_of(store, cand->hash)]);
}

/* See `expand`; for states of `width` words. */
static inline __attribute__((always_inline)) int expand_wide(Core *c, Worker *w, int64_t number, int32_t *at, int64_t succ,
                                                             const int32_t width) {
    const uint64_t *s = state_at(&c->store, number);
    Batch *b = &w->batch;
    Source from = {.s = s, .asleep = sleepers(c, w, number), .number = number, .checked = was_checked(c, number),
                   .taken = c->keep_edges || c->programs[STEPS].n};
    for (int32_t i = 0; i < width; i++) from.total += w->sums[i] = mix_word(s[i], c->store.salts[i]);
    uint64_t *on = w->enabled;
    enabled_places(c, s, on);
    int32_t first = *at, single = 0; /* places below `single` are probed one by one */
    for (int32_t p = next_place(c, on, first); p < c->n_order; p = next_place(c, on, p + 1)) {
        if (p >= single && c->joint_of[p] >= 0) {
            const Joint *joint = &c->joints[c->joint_of[p]];
            const Joined *list = joined(c, joint, s);
            if (list) {
                int64_t count = list->row;
                if (b->n + count > b->room && batch_room(b, b->n + count, width)) { *at = p; return CORE_MEMORY; }
                for (const Joined *i = list + 1; i <= list + count; i++) {
                    w->lookups[ACTIONS][i->instance] += i->succ == 0;
                    if (i->place < first || (i->place == first && i->succ < succ)) continue;
                    emit(c, w, &from, c->rowbuf + i->row, i->place, i->succ, width);
                }
                p = joint->last - 1;
                continue;
            }
            single = joint->last;
        }
        int32_t instance = c->order[p];
        const Instance *in = &c->instances[ACTIONS][instance];
        if (in->skip && in->guard_word >= 0 && !(s[in->guard_word] & in->guard_bit)) { p = in->skip - 2; continue; }
        uint32_t value = lookup(c, w, ACTIONS, instance, s);
        if (!value) { *at = p; return count_passed(b, number, p, from.passed, width) ? CORE_MEMORY : CORE_MISS; }
        if (in->skip) {
            if (value == VALUE_NO) p = in->skip - 2;
            continue;
        }
        if (value == VALUE_NO) continue;
        const uint64_t *row = c->rowbuf + (value - VALUE_ROW);
        int64_t count = (int64_t)*row++;
        if (b->n + count > b->room && batch_room(b, b->n + count, width)) { *at = p; return CORE_MEMORY; }
        for (int64_t i = 0; i < count; i++) {
            if (p > first || i >= succ) emit(c, w, &from, row, p, (int32_t)i, width);
            row += 3 + 3 * row[2];
        }
    }
    *at = c->n_order;
    return count_passed(b, number, c->n_order, from.passed, width) ? CORE_MEMORY : CORE_DONE;
}

/* Append the successors of a state from place *at on, without the first `succ` of that place's row. CORE_DONE, or CORE_MISS
 * or CORE_MEMORY at *at. */
static inline int expand(Core *c, Worker *w, int64_t number, int32_t *at, int64_t succ) {
    switch (c->store.width) {
        case 1: return expand_wide(c, w, number, at, succ, 1);
        case 2: return expand_wide(c, w, number, at, succ, 2);
        case 3: return expand_wide(c, w, number, at, succ, 3);
        default: return expand_wide(c, w, number, at, succ, c->store.width);
    }
}

/* A candidate's step, the seen set, its predicates; inserts it where it is new. */
static inline int visit(Core *c, Worker *w, const Candidate *cand, const uint64_t *t) {
    int step_out = 0, out = 0, code;
    uint64_t noted = 0;
    if (c->programs[STEPS].n) {
        c->phase = 1;
        if ((code = look_at_step(c, w, cand, t, &step_out, &noted)) != CORE_DONE) return code;
    }
    c->phase = 3;
    uint64_t where;
    uint64_t from = c->store.bits == w->index_bits ? cand->where : slot_of(&c->store, cand->hash); /* as peeked, if it is still right */
    int64_t number = store_find_from(&c->store, t, cand->hash, from, &where);
    if (number < 0) {
        if (c->programs[PREDICATES].n && (code = look_at_state(c, w, t, cand->writes, &out)) != CORE_DONE) return code;
        if (!out) w->outs[STEPS] |= noted;
        if (out || step_out) { c->phase = 0; return CORE_DONE; }
        number = store_insert_at(&c->store, t, cand->hash, cand->source, where);
        if (number < 0 || born_room(c, number + 1)) return CORE_MEMORY;
        bear(c, number, cand->event, cand->source);
    } else w->outs[STEPS] |= noted;
    c->phase = 0;
    return c->keep_edges && !step_out && add_edge(c, number) ? CORE_MEMORY : CORE_DONE;
}

/* The predicates of a candidate that was not met of late, by keys, which are made of what is inside all constraints only.
 * CORE_DONE: *number is that of its state, or KEYED_NEW; what is new and inside (`out`, `step_out`) has its key in `w->key`. */
static inline int look_by_key(Core *c, Worker *w, const Candidate *cand, const uint64_t *t, int step_out, int *out, int64_t *number) {
    const Program *p = &c->programs[PREDICATES];
    int first = p->split || !p->excludes, code; /* the key comes before all but constraints: most states are known by it */
    *number = KEYED_NEW;
    if (p->split && (code = look_between(c, w, t, cand->writes, 0, p->split, out)) != CORE_DONE) return code;
    if (first && !*out && !step_out) *number = keyed_look(c, w, t, cand->hash);
    if (*number == KEYED_NEW && p->split < p->n && (code = look_between(c, w, t, cand->writes, p->split, INT32_MAX, out)) != CORE_DONE)
        return code;
    if (!first && !*out && !step_out) *number = keyed_look(c, w, t, cand->hash);
    if (*number == KEYED_MEMORY) return CORE_MEMORY;
    return *number == KEYED_UNKNOWN ? CORE_FALSE : CORE_DONE; /* the closures know the key */
}

static int visit_keyed(Core *c, Worker *w, const Candidate *cand, const uint64_t *t) {
    int step_out = 0, out = 0, code;
    uint64_t noted = 0;
    int64_t number;
    if (c->programs[STEPS].n) {
        c->phase = 1;
        if ((code = look_at_step(c, w, cand, t, &step_out, &noted)) != CORE_DONE) return code;
    }
    c->phase = 3;
    number = met_number(c, t, cand->hash);
    if (number < 0 && (code = look_by_key(c, w, cand, t, step_out, &out, &number)) != CORE_DONE) return code;
    if (number < 0 && !out && !step_out) {
        if ((number = keyed_append(c, t, w->key, cand->source)) < 0) return CORE_MEMORY;
        met_remember(c, t, cand->hash, number);
    }
    if (!out) w->outs[STEPS] |= noted;
    c->phase = 0;
    return c->keep_edges && number >= 0 && !step_out && add_edge(c, number) ? CORE_MEMORY : CORE_DONE;
}

int core_put(Core *c, int kind, int32_t instance, int32_t n, const int32_t *word, const uint64_t *mask, const uint64_t *s,
             const uint64_t *row, int64_t row_n);

static inline int kind_of_miss(int code) { return code == CORE_MISS ? ACTIONS : code == CORE_MISS_STEP ? STEPS : PREDICATES; }

/* Have the miss at the cursor answered: 1: the row is there now; 2: the caller wants to look at the time; 0: it has to be
 * asked. What came out stays in `c->answer` until the search goes on. */
static int filled(Core *c, int code) {
    int kind = kind_of_miss(code);
    int32_t number = kind == ACTIONS ? c->order[c->at] : c->programs[kind].code[c->place].instance;
    if (kind != ACTIONS) c->instances[kind][number].misses++;
    c->missed += c->missed_at != c->state;
    c->missed_at = c->state;
    if (!c->fill) return c->answer = 0;
    const uint64_t *s = kind == PREDICATES ? c->target : state_at(&c->store, c->state);
    return c->answer = c->fill(c->fill_with, kind, number, s, kind == STEPS ? c->target : NULL, core_put, c);
}

/* Explore from the cursor on up to state `until` (at most the level's end). CORE_DONE when there, or why not. */
static int run_alone(Core *c, int64_t until) {
    Worker *w = &c->workers[0];
    Batch *b = &w->batch;
    w->block = NULL;
    while (c->state < until) {
        int64_t s = c->state, succ = c->succ;
        int64_t first = s, first_succ = succ;
        int32_t at = c->at, first_at = at;
        int why = CORE_DONE;
        b->n = 0;
        if (batch_room(b, BATCH, c->store.width)) return CORE_MEMORY;
        if (at == 0 && succ == 0 && c->phase == 0 && c->store.n > c->n_max) return CORE_PAUSE;
        if ((steps_stale(c) && make_steps(c)) || (sleep_stale(c) && make_sleep(c))) return CORE_MEMORY;
        while (s < until && b->n < c->batch) {
            int64_t before = b->n;
            int begun = s == c->state && (c->succs || succ);
            why = expand(c, w, s, &at, succ);
            if (why != CORE_DONE) break;
            if (c->check_deadlock && b->n == before && !begun) { why = CORE_DEADLOCK; break; }
            s++; at = 0; succ = 0;
        }
        w->index_bits = c->store.bits;
        look_ahead_first(c, w);
        for (int64_t i = 0; i < b->n; i++) {
            const Candidate *cand = &b->list[i];
            look_ahead(c, w, i);
            if (cand->source != c->state) {
                c->succs = 0;
                c->state = cand->source;
                if (c->store.n > c->n_max) { c->at = 0; c->succ = 0; return c->keep_edges && mark_until(c, c->state - 1) ? CORE_MEMORY : CORE_PAUSE; }
            }
            c->at = cand->at;
            c->succ = cand->succ;
            if (c->keep_edges && mark_until(c, c->state)) return CORE_MEMORY;
            if (c->phase == 0) { c->generated += cand->times; c->succs += cand->times; }
            if (cand->action < 0) continue;
            c->last_action = cand->action;
            int code;
            while ((code = c->keyed ? visit_keyed(c, w, cand, batch_words(b, i)) : visit(c, w, cand, batch_words(b, i))) != CORE_DONE) {
                c->place = w->place;
                memcpy(c->target, batch_words(b, i), sizeof(uint64_t) * (size_t)c->store.width);
                if ((code != CORE_MISS_PREDICATE && code != CORE_MISS_STEP) || filled(c, code) != 1) { c->batch = BATCH_LEAST; return code; }
                c->answer = -1;
                for (int64_t j = i; j < b->n && !c->segments_fresh; j++) /* it may matter more now */
                    if (b->list[j].writes > 0) b->list[j].writes = (int16_t)-b->list[j].writes;
            }
        }
        c->batch = c->batch * 2 < BATCH ? c->batch * 2 : BATCH;
        if (c->state != s) {
            c->succs = 0;
            if (c->store.n > c->n_max) { why = CORE_PAUSE; at = first_at = 0; first_succ = 0; }
        }
        c->state = s; c->at = at;
        c->succ = s == first && at == first_at ? first_succ : 0;
        if (c->keep_edges && mark_until(c, s - 1)) return CORE_MEMORY;
        if (why != CORE_DONE) {
            if (why == CORE_MISS) c->instances[ACTIONS][c->order[at]].misses++;
            return why;
        }
    }
    return CORE_DONE;
}
