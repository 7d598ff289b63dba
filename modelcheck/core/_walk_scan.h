/* Atoms of liveness properties, evaluated in all states, or over all steps, that were found.
 *
 * Several workers look at blocks of states, each with a clone of the program and answers of its own; a block ends before the
 * first state where the program does not know, and what comes behind that is left for later. A step's answer is one bit:
 * two blocks may share a byte, at their borders, and write it by atomic operations there.
 */
#define AWHILE_S 1e-3 /* seconds; less is for one worker */

typedef struct Scan Scan;
struct Scan {
    int (*look)(Walk *w, const Scan *x, int64_t at); /* 0, or below where it is not known */
    int32_t tree;
    const int64_t *offsets;
    const int32_t *targets;
    uint8_t *on, *out;
    int64_t low, high; /* bytes of `on` that others may write, too */
};

static void atom_begin(Walk *w, const Piece *atom) {
    free(w->atom.answers);
    w->atom = *atom;
}

/* Begin scanning a formula that reads these variables. */
WALK_EXPORT void walk_atom(Walk *w, int32_t formula, int32_t n_from, int32_t n_to, const int32_t *at) {
    Piece atom = {.formula = formula, .n_from = n_from, .n_to = n_to, .remembers = n_from + n_to <= PIECE_KEY_MAX};
    for (int32_t i = 0; i < n_from + n_to && atom.remembers; i++) atom.at[i] = at[i];
    atom_begin(w, &atom);
}

static inline void put_bit(const Scan *x, int64_t i, int value) {
    uint8_t one = (uint8_t)(1 << (i & 7)), *at = x->on + (i >> 3);
    if (i >> 3 != x->low && i >> 3 != x->high) *at = value ? *at | one : *at & (uint8_t)~one;
    else if (value) __atomic_fetch_or(at, one, __ATOMIC_RELAXED);
    else __atomic_fetch_and(at, (uint8_t)~one, __ATOMIC_RELAXED);
}

/* ---- one state ---- */

static int look_at_state(Walk *w, const Scan *x, int64_t at) {
    walk_row(w, at, w->source);
    int holds = piece_holds(w, &w->atom, w->source, NULL);
    if (holds >= 0) x->out[at] = (uint8_t)holds;
    return holds;
}

static int look_at_steps(Walk *w, const Scan *x, int64_t at) {
    Vid target[w->words * 2];
    walk_row(w, at, w->source);
    int holds = piece_holds(w, &w->atom, w->source, w->source);
    if (holds < 0) return holds;
    x->out[at] = (uint8_t)holds;
    for (int64_t e = x->offsets[at]; e < x->offsets[at + 1]; e++) {
        walk_row(w, x->targets[e], target);
        if ((holds = piece_holds(w, &w->atom, w->source, target)) < 0) return holds;
        put_bit(x, e, holds);
    }
    return 0;
}

/* The number of the state that the i-th row of the batch is taken for, in `number` (-1: not kept): 0, or below. */
static int number_of(Walk *w, int64_t i, int64_t *number) {
    const uint64_t *key = w->rows + i * w->words;
    if (w->by != BY_ROW) {
        Vid row[w->words * 2];
        memcpy(row, key, sizeof(uint64_t) * (size_t)w->words);
        int code = make_key(w, row);
        if (code < 0) return code;
        key = w->key;
    }
    *number = walk_find(w, key);
    return 0;
}

/* The step from state `at` to a number; -1: there is none. */
static inline int64_t step_to(const Scan *x, int64_t at, int64_t number) {
    for (int64_t e = x->offsets[at]; e < x->offsets[at + 1]; e++)
        if (x->targets[e] == number) return e;
    return -1;
}

static int look_at_merged(Walk *w, const Scan *x, int64_t at) {
    Vid target[w->words * 2];
    int64_t number, e;
    walk_row(w, at, w->source);
    int holds = piece_holds(w, &w->atom, w->source, w->source), code;
    if (holds < 0) return holds;
    x->out[at] = (uint8_t)holds;
    for (e = x->offsets[at]; e < x->offsets[at + 1]; e++) put_bit(x, e, 0);
    w->batch = 0;
    if ((code = native_run(w->prog, w->next, w->source, walk_emit, w)) < 0) return code;
    for (int64_t i = 0; i < w->batch; i++) {
        if ((code = number_of(w, i, &number)) < 0) return code;
        if (number < 0 || (e = step_to(x, at, number)) < 0) continue;
        memcpy(target, w->rows + i * w->words, sizeof(uint64_t) * (size_t)w->words);
        if ((holds = piece_holds(w, &w->atom, w->source, target)) < 0) return holds;
        if (holds) put_bit(x, e, 1);
    }
    return 0;
}

static int look_at_action(Walk *w, const Scan *x, int64_t at) {
    walk_row(w, at, w->source);
    w->batch = 0;
    int code = native_run(w->prog, x->tree, w->source, walk_emit, w);
    if (code < 0) return code;
    x->out[at] = w->batch > 0;
    for (int64_t e = x->offsets[at]; e < x->offsets[at + 1]; e++) put_bit(x, e, 0);
    for (int64_t i = 0; i < w->batch; i++) {
        int64_t number, e;
        if ((code = number_of(w, i, &number)) < 0) return code;
        if (number >= 0 && (e = step_to(x, at, number)) >= 0) put_bit(x, e, 1);
    }
    return 0;
}

/* ---- several workers ---- */

static void scan_block(Crew *t, Walk *w, Block *k, Scan x) {
    x.low = x.high = -1;
    if (x.offsets && k->last > k->first) {
        x.low = x.offsets[k->first] >> 3;
        x.high = (x.offsets[k->last] - 1) >> 3;
    }
    for (; k->done < k->last; k->done++) {
        if ((k->code = x.look(w, &x, k->done)) >= 0) continue;
        note_bad(t, k);
        break;
    }
}
static void scan_job(Crew *t, Walk *w) {
    for (Block *k; (k = next_block(t)); ) scan_block(t, w, k, *t->scan);
}

/* How far a round over the states from `at` to `end` came; -1 without memory. */
static int64_t scan_round(Walk *w, const Scan *x, int64_t at, int64_t end) {
    Crew *t = w->crew;
    t->scan = x;
    if (do_round(t, at, end, scan_job)) return -1;
    int64_t first = at;
    for (int32_t b = 0; b < t->n_blocks && at == t->blocks[b].first; b++) at = t->blocks[b].done;
    w->scanned += at - first;
    return at;
}

static int64_t scan_alone(Walk *w, const Scan *x, int64_t at, int64_t end) {
    while (at < end && x->look(w, x, at) >= 0) at++;
    return at;
}

/* The crew, its clones having all that the program has by now; NULL: there is none. */
static Crew *crew_for_scan(Walk *w) {
    if (w->n_workers < 2 || (!w->crew && !crew_new(w))) return NULL;
    Crew *t = w->crew;
    for (int32_t i = 0; i < t->n - 1; i++) {
        if (native_is_whole(t->clones[i], w->prog)) continue;
        Prog *clone = native_clone(w->prog);
        if (!clone) return NULL;
        native_clone_free(t->clones[i]);
        t->clones[i] = t->walks[i + 1]->prog = clone;
    }
    for (int32_t i = 1; i < t->n; i++) {
        Piece atom = w->atom;
        atom.answers = NULL;
        atom.bits = 0;
        atom_begin(t->walks[i], &atom);
    }
    return t;
}

/* The states from `at` to `n`: n, or the first where it is not known. The longer that is not met, the longer the rounds. */
static int64_t scan(Walk *w, const Scan *x, int64_t at, int64_t n) {
    int64_t tuned = w->crew ? w->crew->tuned : 0, first = at, end;
    double began = walk_clock(), seconds = 0, span = 2 * AWHILE_S;
    while (!tuned && at < n && seconds < AWHILE_S) {
        end = n - at > CLOCK_EVERY ? at + CLOCK_EVERY : n;
        if ((at = scan_alone(w, x, at, end)) < end) return at;
        seconds = walk_clock() - began;
    }
    double pace = tuned ? 1 : seconds / (double)(at - first + 1);
    if (!tuned && (double)(n - at) * pace < AWHILE_S) return scan_alone(w, x, at, n);
    if (!crew_for_scan(w)) return scan_alone(w, x, at, n);
    while (at < n) {
        double most = span * w->crew->n / pace;
        end = tuned ? at + tuned : most < (double)(n - at) ? at + 1 + (int64_t)most : n;
        if (end > n) end = n;
        int64_t came = scan_round(w, x, at, end);
        if (came < 0) return scan_alone(w, x, at, n);
        if (came < end && scan_alone(w, x, came, came + 1) == came) return came;
        at = came < end ? came + 1 : came;
        if (span < ROUND_S) span *= 2;
    }
    return at;
}

/* The truth of a state formula in the states from `at` to `n`: n, or the first state where it is not known. */
WALK_EXPORT int64_t walk_scan_states(Walk *w, int64_t at, int64_t n, uint8_t *out) {
    Scan x = {look_at_state, 0, NULL, NULL, NULL, out, -1, -1};
    return scan(w, &x, at, n);
}

/* A step formula over the steps out of these states, and over their stuttering steps (`own`). */
WALK_EXPORT int64_t walk_scan_steps(Walk *w, int64_t at, int64_t n, const int64_t *offsets, const int32_t *targets,
                                    uint8_t *on, uint8_t *own) {
    Scan x = {look_at_steps, 0, offsets, targets, on, own, -1, -1};
    return scan(w, &x, at, n);
}

/* The same where a step stands for several: those that next-state relation really makes to states taken for its target. */
WALK_EXPORT int64_t walk_scan_merged(Walk *w, int64_t at, int64_t n, const int64_t *offsets, const int32_t *targets,
                                     uint8_t *on, uint8_t *own) {
    Scan x = {look_at_merged, 0, offsets, targets, on, own, -1, -1};
    return scan(w, &x, at, n);
}

/* The steps that an action tree makes, among those out of these states; `enabled`: it makes some. */
WALK_EXPORT int64_t walk_scan_action(Walk *w, int32_t tree, int64_t at, int64_t n, const int64_t *offsets,
                                     const int32_t *targets, uint8_t *on, uint8_t *enabled) {
    Scan x = {look_at_action, tree, offsets, targets, on, enabled, -1, -1};
    return scan(w, &x, at, n);
}
