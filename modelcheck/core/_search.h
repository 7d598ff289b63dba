/* Exploring states: one after the other, with as many candidates under way as hide the memory's latency. */
#include "_steps.h"

enum { BATCH = 192, BATCH_LEAST = 8, PEEK = 12 };

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

/* Append the successors of a state from place *at on, without the first `succ` of that place's row. CORE_DONE, or CORE_MISS
 * or CORE_MEMORY at *at. */
static inline int expand(Core *c, Worker *w, int64_t number, int32_t *at, int64_t succ, const int alone) {
    const Store *store = &c->store;
    int32_t width = store->width;
    const uint64_t *s = state_at(store, number);
    Batch *b = &w->batch;
    uint64_t total = 0, *sums = w->sums, *on = w->enabled;
    for (int32_t i = 0; i < width; i++) total += sums[i] = mix_word(s[i], store->salts[i]);
    int checked = was_checked(c, number);
    enabled_places(c, s, on);
    for (int32_t p = next_place(c, on, *at); p < c->n_order; p = next_place(c, on, p + 1)) {
        int32_t instance = c->order[p];
        const Instance *in = &c->instances[ACTIONS][instance];
        if (in->skip && in->guard_word >= 0 && !(s[in->guard_word] & in->guard_bit)) { p = in->skip - 2; continue; }
        uint32_t value = lookup(c, w, ACTIONS, instance, s, alone);
        if (!value) { *at = p; return CORE_MISS; }
        if (in->skip) {
            if (value == VALUE_NO) p = in->skip - 2;
            continue;
        }
        if (value == VALUE_NO) continue;
        /* successors: [action, multiplicity, writes, (word, clear, set)*] */
        const uint64_t *row = c->rowbuf + (value - VALUE_ROW);
        int64_t count = (int64_t)*row++;
        if (b->n + count > b->room && batch_room(b, b->n + count, width)) { *at = p; return CORE_MEMORY; }
        for (int64_t i = 0; i < count; i++) {
            uint64_t writes = row[2];
            if (i >= succ) {
                uint64_t *t = batch_words(b, b->n), sum = total;
                for (int32_t k = 0; k < width; k++) t[k] = s[k];
                for (uint64_t k = 0; k < writes; k++) {
                    const uint64_t *q = row + 3 + 3 * k;
                    uint64_t word = (s[q[0]] & ~q[1]) | q[2];
                    t[q[0]] = word;
                    sum += mix_word(word, store->salts[q[0]]) - sums[q[0]];
                }
                Candidate *cand = &b->list[b->n++];
                cand->hash = finish(sum);
                cand->source = (uint32_t)number;
                cand->at = p;
                cand->succ = (int32_t)i;
                cand->action = (int32_t)(uint32_t)row[0];
                cand->writes = checked ? (int32_t)(row[0] >> 32) : -(int32_t)(row[0] >> 32);
                cand->times = (uint32_t)row[1];
                __builtin_prefetch(&store->slots[slot_of(store, cand->hash)]);
            }
            row += 3 + 3 * writes;
        }
        succ = 0;
    }
    *at = c->n_order;
    return CORE_DONE;
}

/* Bring the state a candidate is likely to be equal to nearer. */
static inline void peek(const Store *s, const Candidate *cand) {
    uint32_t v = s->slots[slot_of(s, cand->hash)];
    int64_t i = slot_number(s, v);
    if (i < 0 || i >= s->n) return;
    if (s->prints) __builtin_prefetch(&s->prints[i >> CHUNK_BITS][i & CHUNK_MASK]);
    else __builtin_prefetch(state_at(s, i));
}

/* The program of states for a candidate, as far as its step may have changed the answer. */
static inline int look_at_state(Core *c, Worker *w, const uint64_t *t, int32_t writes, int *out, const int alone) {
    if (writes <= 0) {
        w->place = 0;
        if (run_program(c, w, PREDICATES, t, INT32_MAX, alone) != CORE_DONE) return CORE_MISS_PREDICATE;
        if (w->place == PLACE_FALSE) return CORE_FALSE;
        *out = w->place <= PLACE_OUT;
        return CORE_DONE;
    }
    for (int32_t k = c->class_begin[writes]; k < c->class_begin[writes + 1]; k++) {
        const Segment *part = &c->segments[c->class_segments[k]];
        w->place = part->begin;
        if (run_program(c, w, PREDICATES, t, part->end, alone) != CORE_DONE) return CORE_MISS_PREDICATE;
        if (w->place == PLACE_FALSE) return CORE_FALSE;
        if (w->place <= PLACE_OUT) { *out = 1; return CORE_DONE; }
    }
    return CORE_DONE;
}

/* A candidate's step, the seen set, its predicates; inserts it where it is new. */
static inline int visit(Core *c, Worker *w, const Candidate *cand, const uint64_t *t) {
    int step_out = 0, out = 0, code;
    uint64_t noted = 0;
    if (c->programs[STEPS].n) {
        c->phase = 1;
        if ((code = look_at_step(c, w, cand, t, &step_out, &noted, 1)) != CORE_DONE) return code;
    }
    c->phase = 3;
    uint64_t where;
    int64_t number = store_find(&c->store, t, cand->hash, &where);
    if (number < 0) {
        if (c->programs[PREDICATES].n && (code = look_at_state(c, w, t, cand->writes, &out, 1)) != CORE_DONE) return code;
        if (!out) w->outs[STEPS] |= noted;
        if (out || step_out) { c->phase = 0; return CORE_DONE; }
        number = store_insert(&c->store, t, cand->hash, cand->source);
        if (number < 0) return CORE_MEMORY;
    } else w->outs[STEPS] |= noted;
    c->phase = 0;
    return c->keep_edges && !step_out && add_edge(c, number) ? CORE_MEMORY : CORE_DONE;
}

int core_put(Core *c, int kind, int32_t instance, int32_t n, const int32_t *word, const uint64_t *mask, const uint64_t *s,
             const uint64_t *row, int64_t row_n);

/* Have the miss at the cursor answered: 1: the row is there now; 2: the caller wants to look at the time; 0: it has to be
 * asked. What came out stays in `c->answer` until the search goes on. */
static int filled(Core *c, int code) {
    int kind = code == CORE_MISS ? ACTIONS : code == CORE_MISS_STEP ? STEPS : PREDICATES;
    int32_t number = c->queued ? c->asked.instance : kind == ACTIONS ? c->order[c->at] : c->programs[kind].code[c->place].instance;
    if (!c->queued && kind != ACTIONS) c->instances[kind][number].misses++;
    if (!c->fill) return c->answer = 0;
    const uint64_t *s = kind == PREDICATES ? c->target : state_at(&c->store, c->queued ? c->asked.state : c->state);
    return c->answer = c->fill(c->fill_with, kind, number, s, kind == STEPS ? c->target : NULL, core_put, c);
}

/* Explore from the cursor on up to state `until` (at most the level's end). CORE_DONE when there, or why not. */
static int run_alone(Core *c, int64_t until) {
    Worker *w = &c->workers[0];
    Batch *b = &w->batch;
    while (c->state < until) {
        int64_t s = c->state, succ = c->succ;
        int64_t first = s, first_succ = succ;
        int32_t at = c->at, first_at = at;
        int why = CORE_DONE;
        b->n = 0;
        if (batch_room(b, BATCH, c->store.width)) return CORE_MEMORY;
        if (at == 0 && succ == 0 && c->phase == 0 && c->store.n > c->n_max) return CORE_PAUSE;
        if (steps_stale(c) && make_steps(c)) return CORE_MEMORY;
        while (s < until && b->n < c->batch) {
            int64_t before = b->n;
            int begun = s == c->state && (c->succs || succ);
            why = expand(c, w, s, &at, succ, 1);
            if (why != CORE_DONE) break;
            if (c->check_deadlock && b->n == before && !begun) { why = CORE_DEADLOCK; break; }
            s++; at = 0; succ = 0;
        }
        for (int64_t i = 0; i < b->n && i < PEEK; i++) peek(&c->store, &b->list[i]);
        for (int64_t i = 0; i < b->n; i++) {
            const Candidate *cand = &b->list[i];
            if (i + PEEK < b->n) peek(&c->store, &b->list[i + PEEK]);
            if (cand->source != c->state) {
                c->succs = 0;
                c->state = cand->source;
                if (c->store.n > c->n_max) { c->at = 0; c->succ = 0; return c->keep_edges && mark_until(c, c->state - 1) ? CORE_MEMORY : CORE_PAUSE; }
            }
            c->at = cand->at;
            c->succ = cand->succ;
            c->last_action = cand->action;
            if (c->keep_edges && mark_until(c, c->state)) return CORE_MEMORY;
            if (c->phase == 0) { c->generated += cand->times; c->succs += cand->times; }
            int code;
            while ((code = visit(c, w, cand, batch_words(b, i))) != CORE_DONE) {
                c->place = w->place;
                memcpy(c->target, batch_words(b, i), sizeof(uint64_t) * (size_t)c->store.width);
                if ((code != CORE_MISS_PREDICATE && code != CORE_MISS_STEP) || filled(c, code) != 1) { c->batch = BATCH_LEAST; return code; }
                c->answer = -1;
                for (int64_t j = i; j < b->n && !c->segments_fresh; j++) /* it may matter more now */
                    if (b->list[j].writes > 0) b->list[j].writes = -b->list[j].writes;
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
