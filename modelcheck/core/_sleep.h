/* Successors that are known to be seen, since steps commute (the sleep sets of Godefroid, Partial-Order Methods for the
 * Verification of Concurrent Systems, 1996, chapter 5, as far as one state and its parent tell).
 *
 * Let state s have been found from p by a step b, and let a be a step of s whose instance stands before that of b in the
 * order. If neither writes what the other's instance may read or what the other writes, then a was a step of p as well, to a
 * state u that is explored before s, and b is a step of u to the very state that a leads to from s: it is seen. The step is
 * counted, and not taken. This needs every state found to be kept (no constraints), and that nothing is asked of steps
 * themselves. An event is an instance and a class of writes; event 0 is one of which nothing is known. What is asleep in p is
 * so in s as well, if it commutes with b: it is handed down, for the first events (HANDED_WORDS * 64).
 */
#include "_steps.h"

enum { EVENTS_MAX = 4096, HANDED_WORDS = 2 };

static inline int32_t event_born(const Core *c, int64_t state) {
    int64_t k = state >> CHUNK_BITS;
    return k < c->born_chunks && c->born[k] ? c->born[k][state & CHUNK_MASK] : 0;
}

static uint64_t *new_handed(void) { return calloc((size_t)CHUNK * HANDED_WORDS, sizeof(uint64_t)); }

/* Room for the events that states below n were found by. */
static int born_room(Core *c, int64_t n) {
    int64_t chunks = (n + CHUNK - 1) >> CHUNK_BITS;
    if (chunks <= c->born_chunks) return 0;
    uint16_t **born = realloc(c->born, sizeof(void *) * (size_t)(chunks + 16));
    if (!born) return -1;
    c->born = born;
    uint64_t **handed = realloc(c->handed, sizeof(void *) * (size_t)(chunks + 16));
    if (!handed) return -1;
    c->handed = handed;
    while (c->born_chunks < chunks) {
        handed[c->born_chunks] = NULL;
        if (!(born[c->born_chunks] = calloc((size_t)CHUNK, sizeof(uint16_t)))) return -1;
        c->born_chunks++;
        if (!c->sleep_fresh) continue;
        if (!(handed[c->born_chunks - 1] = new_handed())) return -1;
    }
    return 0;
}

/* What a state has been handed down, if it was found since the events are known as they are. */
static inline uint64_t *handed_to(const Core *c, int64_t state) {
    int64_t k = state >> CHUNK_BITS;
    return state >= c->handed_from && k < c->born_chunks && c->handed[k] ? c->handed[k] + (state & CHUNK_MASK) * HANDED_WORDS : NULL;
}

/* A new state was found from `parent` by an event; there is room. */
static inline void bear(Core *c, int64_t state, int32_t event, int64_t parent) {
    c->born[state >> CHUNK_BITS][state & CHUNK_MASK] = (uint16_t)event;
    if (!c->sleep_fresh || !event || event >= c->sleep_events || parent < c->born_from) return;
    uint64_t *to = handed_to(c, state);
    int32_t before = event_born(c, parent), words = c->sleep_words;
    if (!to || !before || before >= c->sleep_events) return;
    const uint64_t *more = handed_to(c, parent), *row = c->asleep + (int64_t)before * words, *apart = c->apart + (int64_t)event * words;
    for (int32_t i = 0; i < HANDED_WORDS && i < words; i++) to[i] = (row[i] | (more ? more[i] : 0)) & apart[i];
}

/* Those of explored states are not asked for again. */
static void drop_born(Core *c) {
    for (; c->born_dropped < c->state >> CHUNK_BITS && c->born_dropped < c->born_chunks; c->born_dropped++) {
        free(c->born[c->born_dropped]);
        free(c->handed[c->born_dropped]);
        c->born[c->born_dropped] = NULL;
        c->handed[c->born_dropped] = NULL;
    }
}

/* Rows have been dropped: nobody knows any more what the steps to the states so far depended on. */
static void forget_events(Core *c, int all) {
    c->sleep_fresh = 0;
    c->sleep_at = -1;
    c->born_from = c->store.n;
    if (!all) return;
    for (int32_t i = 0; i < c->n_instances[ACTIONS]; i++) c->instances[ACTIONS][i].event = 0;
    c->n_events = 1;
}

/* The event of an outcome of an instance with writes of a class. */
static int32_t event_of(Core *c, int32_t instance, int32_t class) {
    if (!class) return 0;
    Instance *in = &c->instances[ACTIONS][instance];
    for (int32_t e = in->event; e; e = c->events[e].next) if (c->events[e].class == class) return e;
    if (c->n_events >= EVENTS_MAX) return 0;
    if (!c->events && !(c->events = calloc(EVENTS_MAX, sizeof(Event)))) return 0;
    if (!c->n_events) c->n_events = 1;
    c->events[c->n_events] = (Event){instance, class, in->event};
    c->sleep_fresh = c->sleep_fresh && c->sleep_at >= 0;
    return in->event = c->n_events++;
}

static void sleep_free(Core *c) {
    for (int64_t k = 0; k < c->born_chunks; k++) { free(c->born[k]); free(c->handed[k]); }
    free(c->born); free(c->handed); free(c->events); free(c->asleep); free(c->apart);
}

/* Whether a successor that was generated before is seen, whatever the step. */
static int may_sleep(const Core *c) {
    return !(c->keep_edges || c->keyed || c->programs[STEPS].n || c->was_false || c->programs[PREDICATES].excludes);
}

/* The bits an instance's row, or whether it is asked at all, may depend on; its place in the order. */
static void read_by(const Core *c, int32_t place, uint64_t *mask) {
    const Instance *in = &c->instances[ACTIONS][c->order[place]];
    if (in->guard_word >= 0 && in->guard_word < c->store.width) mask[in->guard_word] |= in->guard_bit;
    for (int32_t j = 0; j < in->n; j++)
        for (int32_t i = 0; i < in->tables[j].n; i++) mask[in->tables[j].word[i]] |= in->tables[j].mask[i];
}

static int meet(const uint64_t *a, const uint64_t *b, int32_t n) {
    for (int32_t i = 0; i < n; i++) if (a[i] & b[i]) return 1;
    return 0;
}

/* Which events are asleep after which. */
static int make_sleep(Core *c) {
    int32_t n = c->n_events, width = c->store.width, instances = c->n_instances[ACTIONS];
    c->sleep_fresh = 0;
    c->sleep_at = c->state;
    c->sleep_events = 0;
    if (!may_sleep(c) || n < 2) return 0;
    int32_t words = (n + 63) / 64;
    uint64_t *reads = calloc((size_t)instances * (size_t)width, sizeof(uint64_t));
    int32_t *places = malloc(sizeof(int32_t) * (size_t)instances);
    uint64_t *asleep = calloc((size_t)n * (size_t)words, sizeof(uint64_t)), *apart = calloc((size_t)n * (size_t)words, sizeof(uint64_t));
    if (!reads || !places || !asleep || !apart) { free(reads); free(places); free(asleep); free(apart); return -1; }
    for (int32_t i = 0; i < instances; i++) places[i] = -1;
    for (int32_t p = 0; p < c->n_order; p++) {
        places[c->order[p]] = p;
        read_by(c, p, reads + (int64_t)c->order[p] * width);
        int32_t skip = c->instances[ACTIONS][c->order[p]].skip; /* what a gate reads, all behind it do */
        for (int32_t q = p + 1; q < skip - 1 && q < c->n_order; q++) read_by(c, p, reads + (int64_t)c->order[q] * width);
    }
    for (int32_t b = 1; b < n; b++) {
        const Event *x = &c->events[b];
        const uint64_t *wrote = c->classes + (int64_t)x->class * width, *read = reads + (int64_t)x->instance * width;
        for (int32_t a = 1; a < n; a++) {
            const Event *y = &c->events[a];
            if (places[y->instance] < 0) continue;
            const uint64_t *writes = c->classes + (int64_t)y->class * width;
            if (meet(writes, wrote, width) || meet(writes, read, width) || meet(wrote, reads + (int64_t)y->instance * width, width))
                continue;
            apart[(int64_t)b * words + (a >> 6)] |= 1ULL << (a & 63);
            if (places[y->instance] < places[x->instance]) asleep[(int64_t)b * words + (a >> 6)] |= 1ULL << (a & 63);
        }
    }
    free(reads); free(places); free(c->asleep); free(c->apart);
    c->asleep = asleep;
    c->apart = apart;
    c->handed_from = c->store.n;
    for (int64_t k = c->store.n >> CHUNK_BITS; k < c->born_chunks; k++)
        if (!c->handed[k] && !(c->handed[k] = new_handed())) return -1;
    for (int32_t i = 0; i < c->n_workers; i++) {
        if (!(c->workers[i].asleep = own_room(c->workers[i].asleep, sizeof(uint64_t) * (size_t)words))) return -1;
    }
    c->sleep_events = n;
    c->sleep_words = words;
    c->sleep_fresh = 1;
    return 0;
}

/* Whether that should be made anew; the larger it is, the more rarely. */
static inline int sleep_stale(const Core *c) {
    if (c->sleep_fresh && c->sleep_events == c->n_events) return 0;
    return c->sleep_at < 0 || c->state >= c->sleep_at + 64 + (int64_t)c->n_events * c->n_events / 256;
}

/* The events that are asleep in a state, as bits; NULL: none. */
static inline const uint64_t *sleepers(const Core *c, Worker *w, int64_t state) {
    if (!c->sleep_fresh || state < c->born_from) return NULL;
    int32_t event = event_born(c, state);
    if (!event || event >= c->sleep_events) return NULL;
    const uint64_t *row = c->asleep + (int64_t)event * c->sleep_words, *more = handed_to(c, state);
    if (!more) return row;
    for (int32_t i = 0; i < c->sleep_words; i++) w->asleep[i] = row[i] | (i < HANDED_WORDS ? more[i] : 0);
    return w->asleep;
}
