/* Truth of atoms in packed states by looking up learnt rows: scans over all states.
 *
 * Several workers look at blocks of states, with the tables as they are; states for which a row is missing are looked at
 * again afterwards, in order, by one worker, which learns it. So the same rows are learnt, in the same order, as by one.
 */
enum { ROUND_TEST = 64, ROUND_LEAST = 1 << 12, ROUND_MOST = 1 << 18, WARM = 1 << 9, MISSED_SHARE = 16 };

/* What is scanned for: of states, of steps or of an action. `look` is 0 where a row is missing. */
typedef struct Scan Scan;
struct Scan {
    int (*look)(const Scan *x, const Edges *on, uint64_t *words, int64_t at, int alone);
    Tables *tables;
    const void *core;
    Fetch fetch;
    int32_t width;
    const int64_t *offsets;
    const int32_t *targets;
    uint8_t *on, *out;
    int stutters;
};

/* The program's value for a state, or the two of a step; -1: a table has no row. */
static inline __attribute__((always_inline)) int value_of(Tables *t, const uint64_t *words, const int alone) {
    int32_t place = t->code_n ? 0 : -1;
    while (place >= 0) {
        const Leaf *leaf = &t->code[place];
        int truth = 1;
        if (leaf->kind == 0) {
            const uint64_t *row = asked(t, leaf->piece, words, alone);
            if (!row) {
                if (alone) t->missed = leaf->piece;
                return -1;
            }
            truth = *row != 0;
        } else if (leaf->kind == 1) {
            truth = (words[leaf->word] & leaf->bits) != 0;
        } else {
            const uint64_t *same = t->same + 2 * (int64_t)leaf->word;
            for (int32_t i = 0; i < leaf->piece && truth; i++)
                truth = !((words[same[2 * i]] ^ words[same[2 * i] + (uint64_t)t->width]) & same[2 * i + 1]);
        }
        place = truth ? leaf->yes : leaf->no;
    }
    return place == -1;
}

static int look_at_state(const Scan *x, const Edges *on, uint64_t *words, int64_t at, int alone) {
    (void)on;
    x->fetch(x->core, at, words);
    int truth = value_of(x->tables, words, alone);
    if (truth < 0) return 0;
    x->out[at] = (uint8_t)truth;
    return 1;
}

static int look_at_steps(const Scan *x, const Edges *on, uint64_t *words, int64_t at, int alone) {
    Tables *t = x->tables;
    x->fetch(x->core, at, words);
    memcpy(words + x->width, words, sizeof(uint64_t) * (size_t)x->width);
    if (alone) t->missed_target = (int32_t)at;
    int truth = value_of(t, words, alone);
    if (truth < 0) return 0;
    x->out[at] = (uint8_t)truth;
    for (int64_t e = x->offsets[at]; e < x->offsets[at + 1]; e++) {
        if (alone) t->missed_target = x->targets[e];
        x->fetch(x->core, x->targets[e], words + x->width);
        truth = value_of(t, words, alone);
        if (truth < 0) return 0;
        if (truth) add_edge(on, e);
    }
    return 1;
}

/* Note the edge out of a state that leads to `target`, if there is one; `actual` has room for a state. */
static void note_step(const Scan *x, const Edges *on, int64_t at, const uint64_t *target, uint64_t *actual) {
    for (int64_t e = x->offsets[at]; e < x->offsets[at + 1]; e++) {
        if (has_edge(on, e)) continue;
        x->fetch(x->core, x->targets[e], actual);
        if (!memcmp(target, actual, sizeof(uint64_t) * (size_t)x->width)) { add_edge(on, e); break; }
    }
}

static int look_at_action(const Scan *x, const Edges *on, uint64_t *words, int64_t at, int alone) {
    Tables *t = x->tables;
    uint64_t *target = words + x->width, *actual = words + 2 * x->width;
    size_t bytes = sizeof(uint64_t) * (size_t)x->width;
    x->fetch(x->core, at, words);
    x->out[at] = 0;
    for (int32_t j = 0; j < t->n; j++) {
        Piece *p = &t->pieces[j];
        if (p->guard_word >= 0 && !(words[p->guard_word] & p->guard_bit)) {
            if (p->skip) j = p->skip - 1;
            continue;
        }
        const uint64_t *row = asked(t, j, words, alone);
        if (!row) {
            if (alone) t->missed = j;
            return 0;
        }
        if (p->skip) {
            if (!row[0]) j = p->skip - 1;
            continue;
        }
        const uint64_t *r = row + 1;
        for (uint64_t i = 0; i < row[0]; i++, r += 3 + 3 * r[2]) { /* action, times, writes */
            memcpy(target, words, bytes);
            for (uint64_t w = 0; w < r[2]; w++) {
                const uint64_t *q = r + 3 + 3 * w;
                target[q[0]] = (target[q[0]] & ~q[1]) | q[2];
            }
            if (!x->stutters && !memcmp(target, words, bytes)) continue;
            x->out[at] = 1;
            note_step(x, on, at, target, actual);
        }
    }
    return 1;
}

/* ---- one worker, or several ---- */

static inline Edges edges_of(const Scan *x, int64_t first, int64_t end) {
    return x->offsets ? edges_between(x->on, x->offsets, first, end) : (Edges){NULL, 0, 0};
}

static int64_t scan_alone(const Scan *x, uint64_t *words, int64_t at, int64_t end) {
    Edges on = {x->on, -1, -1};
    while (at < end && x->look(x, &on, words, at, 1)) at++;
    return at;
}

typedef struct {
    const Scan *scan;
    Blocks blocks;
    uint64_t *words;  /* of the workers */
    uint8_t *missing; /* of the states of the round */
    int64_t missed;
} Round;

static void scan_job(void *with, int32_t worker) {
    Round *r = with;
    uint64_t *words = r->words + worker * (3 * (int64_t)r->scan->width + 16);
    int64_t missed = 0;
    for (int64_t b; (b = take_block(&r->blocks)) >= 0; ) {
        int64_t end = block_end(&r->blocks, b);
        Edges on = edges_of(r->scan, block_begin(&r->blocks, b), end);
        for (int64_t s = block_begin(&r->blocks, b); s < end; s++) {
            int missing = !r->scan->look(r->scan, &on, words, s, 0);
            r->missing[s - r->blocks.first] = (uint8_t)missing;
            missed += missing;
        }
    }
    __atomic_fetch_add(&r->missed, missed, __ATOMIC_RELAXED);
}

/* The states of a round: its end, or the first state for which a row has to be asked for. */
static int64_t scan_round(Crew *crew, Round *r, uint64_t *words, int64_t at, int64_t end) {
    r->blocks = blocks_of(crew, at, end);
    r->missed = 0;
    team_work(&crew->team, scan_job, r);
    for (int64_t left = r->missed, first = at; left; at++) {
        if (!r->missing[at - first]) continue;
        if (scan_alone(r->scan, words, at, at + 1) == at) return at;
        left--;
    }
    return end;
}

/* The states from `at` to `n`: n, or the first for which a row has to be asked for. */
static int64_t scan(Crew *crew, const Scan *x, uint64_t *words, int64_t at, int64_t n) {
    if (!is_shared(crew, n - at)) return scan_alone(x, words, at, n);
    int is_test = crew->least < ROUND_LEAST;
    int64_t size = is_test ? ROUND_TEST : ROUND_LEAST, alone = is_test ? 0 : WARM; /* states for one worker */
    Round r = {.scan = x, .words = malloc(sizeof(uint64_t) * (size_t)crew->n * (3 * (size_t)x->width + 16)), .missing = malloc(ROUND_MOST)};
    if (!r.words || !r.missing) alone = n - at;
    while (at < n) {
        int64_t first = at, most = alone ? alone : size, end = n - at > most ? at + most : n;
        at = alone ? scan_alone(x, words, at, end) : scan_round(crew, &r, words, at, end);
        if (at < end) break;
        int often = !alone && r.missed * MISSED_SHARE > end - first;
        alone = often && !is_test ? size : 0;
        if (!often && size * 2 <= ROUND_MOST) size *= 2;
    }
    free(r.words); free(r.missing);
    return at;
}

/* A state predicate, in the states from `at` to n: how far it came. `words` has room for a state. */
EXPORT int64_t graph_scan_states(Crew *crew, Tables *t, const void *core, Fetch fetch, uint64_t *words, int64_t at, int64_t n, uint8_t *out) {
    Scan x = {look_at_state, t, core, fetch, t->width, NULL, NULL, NULL, out, 0};
    return scan(crew, &x, words, at, n);
}

/* A step predicate, over the steps out of the states from `at` to n. `words` has room for two states. */
EXPORT int64_t graph_scan_steps(Crew *crew, Tables *t, const void *core, Fetch fetch, uint64_t *words, int32_t width, int64_t at, int64_t n,
                                const int64_t *offsets, const int32_t *targets, uint8_t *on, uint8_t *own) {
    Scan x = {look_at_steps, t, core, fetch, width, offsets, targets, on, own, 0};
    return scan(crew, &x, words, at, n);
}

/* An action: is it enabled in the states from `at` to n, and which of the steps out of them are its steps. A row is what
 * the core's are: count, then for each successor: action, times, writes, (word, bits to clear, bits to set) each; one that
 * changes nothing counts only if `stutters`. `words` has room for three states. */
EXPORT int64_t graph_scan_action(Crew *crew, Tables *t, const void *core, Fetch fetch, uint64_t *words, int32_t width, int64_t at, int64_t n,
                                 const int64_t *offsets, const int32_t *targets, uint8_t *on, uint8_t *enabled, int stutters) {
    Scan x = {look_at_action, t, core, fetch, width, offsets, targets, on, enabled, stutters};
    return scan(crew, &x, words, at, n);
}
