/* Predicates of steps: what has been asked already is not asked again.
 *
 * Where a step leaves the bits of its next state alone that a leaf may depend on, the leaf has the value it has for every
 * such step from this state: `truths` keeps it as long as the state is explored. And a whole step has the outcome of an
 * earlier one that agrees on all bits that any leaf may depend on, in both states: the steps of a refinement are often few,
 * seen through its mapping. Both hold what was found with the rows of `program` and `layout` as they are (`forget_steps`).
 */
#include "_keyed.h"

enum { MEMO_BITS = 12, MEMO_BYTES = 3 << 20, MEMO_WINDOW = 4096, MEMO_REST = 1 << 16, STEPS_STALE = 64 };

/* Workers do not look now. `all`: the program or the layout changes. */
static void forget_steps(Core *c, int all) {
    c->steps_fresh = 0;
    for (int32_t i = 0; i < c->n_workers; i++) {
        Worker *w = &c->workers[i];
        w->pair_source = -1;
        if (!all) continue;
        free(w->memo);
        w->memo = NULL;
        w->memo_rest = 0;
    }
    if (all) { c->steps_at = -STEPS_STALE; c->step_n = 0; }
}

static void steps_free(Core *c) {
    forget_steps(c, 1);
    for (int32_t i = 0; i < c->n_workers; i++) { free(c->workers[i].truths); free(c->workers[i].memo_key); }
    free(c->touched); free(c->step_word); free(c->step_mask);
}

/* The bits of both states of a step that a leaf may depend on: 2 * width words. */
static void step_footprint(const Core *c, const Leaf *leaf, uint64_t *mask) {
    int32_t width = c->store.width;
    if (leaf->kind == LEAF_BIT) { mask[leaf->word] |= leaf->bits; return; }
    if (leaf->kind == LEAF_SAME) {
        const uint64_t *same = c->programs[STEPS].same + 2 * (int64_t)leaf->word;
        for (int32_t i = 0; i < leaf->instance; i++) {
            mask[same[2 * i]] |= same[2 * i + 1];
            mask[same[2 * i] + (uint64_t)width] |= same[2 * i + 1];
        }
        return;
    }
    const Instance *in = &c->instances[STEPS][leaf->instance];
    for (int32_t j = 0; j < in->n; j++)
        for (int32_t i = 0; i < in->tables[j].n; i++) mask[in->tables[j].word[i]] |= in->tables[j].mask[i];
}

/* For each class of writes and each leaf: whether the step may change what the leaf depends on. Class 0 changes anything. */
static void touch(Core *c, int32_t leaf, const uint64_t *after) {
    int32_t n = c->programs[STEPS].n, width = c->store.width;
    for (int32_t k = 0; k < c->touched_classes; k++) {
        uint64_t meets = 0;
        for (int32_t i = 0; i < width; i++) meets |= after[i] & (k ? c->classes[(int64_t)k * width + i] : ~0ULL);
        c->touched[(int64_t)k * n + leaf] = meets != 0;
    }
}

/* The words and bits of a state that steps may depend on. */
static int step_words(Core *c, const uint64_t *all) {
    int32_t width = c->store.width, n = 0, same = 1;
    for (int32_t i = 0; i < width; i++) {
        if (!all[i]) continue;
        same = same && n < c->step_n && c->step_word[n] == i && c->step_mask[n] == all[i];
        n++;
    }
    if (same && n == c->step_n) return 0;
    forget_steps(c, 1);
    int32_t *word = realloc(c->step_word, sizeof(int32_t) * (size_t)width);
    if (!word) return -1;
    c->step_word = word;
    uint64_t *mask = realloc(c->step_mask, sizeof(uint64_t) * (size_t)width);
    if (!mask) return -1;
    c->step_mask = mask;
    for (int32_t i = 0; i < width; i++) if (all[i]) { word[c->step_n] = i; mask[c->step_n++] = all[i]; }
    return 0;
}

/* After a change of program, tables or classes. */
static int make_steps(Core *c) {
    const Program *p = &c->programs[STEPS];
    int32_t width = c->store.width;
    forget_steps(c, 0);
    if (!p->n) return 0;
    c->touched_classes = c->classes ? c->n_classes : 1;
    uint8_t *touched = realloc(c->touched, (size_t)c->touched_classes * (size_t)p->n);
    if (!touched) return -1;
    c->touched = touched;
    uint64_t *mask = malloc(sizeof(uint64_t) * (size_t)width * 3), *all = mask + 2 * width;
    if (!mask) return -1;
    memset(all, 0, sizeof(uint64_t) * (size_t)width);
    for (int32_t i = 0; i < p->n; i++) {
        memset(mask, 0, sizeof(uint64_t) * (size_t)width * 2);
        step_footprint(c, &p->code[i], mask);
        for (int32_t k = 0; k < width; k++) all[k] |= mask[k] | mask[width + k];
        touch(c, i, mask + width);
    }
    int failed = step_words(c, all);
    free(mask);
    for (int32_t i = 0; i < c->n_workers && !failed; i++) {
        Worker *w = &c->workers[i];
        w->truths = own_room(w->truths, (size_t)p->n);
        w->memo_key = own_room(w->memo_key, sizeof(uint64_t) * (size_t)width * 2);
        failed = !w->truths || !w->memo_key;
    }
    c->steps_fresh = !failed;
    c->steps_at = c->state;
    return failed ? -1 : 0;
}

/* Whether what was made is as if it were made now. */
static inline int steps_hold(const Core *c) { return !c->programs[STEPS].n || (c->steps_fresh && c->touched_classes >= c->n_classes); }

/* Whether it should be made anew; not for every miss. */
static inline int steps_stale(const Core *c) { return !steps_hold(c) && c->state >= c->steps_at + STEPS_STALE; }

/* ---- whole steps ---- */

/* Room for what is remembered; NULL: nothing is, now. */
static uint64_t *memo_of(Core *c, Worker *w) {
    if (w->memo_rest > 0) { w->memo_rest--; return NULL; }
    uint64_t stride = 2 * (uint64_t)c->step_n + 1;
    if (++w->memo_asked == MEMO_WINDOW) {
        int poor = w->memo_hits * 3 < w->memo_asked, full = w->memo_filled > (1 << w->memo_bits);
        w->memo_asked = w->memo_hits = 0;
        if (poor && (!full || (stride * 8) << (w->memo_bits + 1) > MEMO_BYTES)) {
            free(w->memo);
            w->memo = NULL;
            w->memo_rest = MEMO_REST;
            return NULL;
        }
        if (full && (stride * 8) << (w->memo_bits + 1) <= MEMO_BYTES) {
            free(w->memo);
            w->memo = NULL;
            w->memo_bits++;
        }
    }
    if (!w->memo) {
        if (w->memo_bits < MEMO_BITS) w->memo_bits = MEMO_BITS;
        w->memo_filled = 0;
        w->memo = calloc(stride << w->memo_bits, sizeof(uint64_t));
    }
    return w->memo;
}

/* The place where this step is, or would be put: its outcome (0: none), then its key. */
static inline uint64_t *memo_find(Core *c, Worker *w, const uint64_t *t, int *known) {
    uint64_t *memo = memo_of(c, w), h = w->memo_source;
    if (!memo) return NULL;
    int32_t n = c->step_n;
    uint64_t *key = w->memo_key + n;
    for (int32_t i = 0; i < n; i++) h = fold(h, key[i] = t[c->step_word[i]] & c->step_mask[i]);
    uint64_t *entry = memo + (h >> (64 - w->memo_bits)) * (2 * (uint64_t)n + 1);
    *known = entry[0] && same_words(entry + 1, w->memo_key, 2 * n);
    w->memo_hits += *known;
    return entry;
}

/* ---- leaves ---- */

/* Begin with the steps of a state: its words are the first half of the pair. */
static inline void begin_source(Core *c, Worker *w, int64_t source) {
    memcpy(w->pair, state_at(&c->store, source), sizeof(uint64_t) * (size_t)c->store.width);
    w->pair_source = source;
    if (!c->steps_fresh) return;
    memset(w->truths, 0, (size_t)c->programs[STEPS].n);
    w->memo_source = 0x8F1BBCDCBFA53E0BULL;
    for (int32_t i = 0; i < c->step_n; i++)
        w->memo_source = fold(w->memo_source, w->memo_key[i] = w->pair[c->step_word[i]] & c->step_mask[i]);
}

/* The value of a leaf for the step at hand; -1: it is not known. */
static inline int leaf_truth(Core *c, Worker *w, const Program *p, const Leaf *leaf) {
    const uint64_t *s = w->pair;
    if (leaf->kind == LEAF_TABLE) {
        uint32_t value = lookup(c, w, STEPS, leaf->instance, s);
        return value ? value != VALUE_NO : -1;
    }
    if (leaf->kind == LEAF_BIT) return (s[leaf->word] & leaf->bits) != 0;
    const uint64_t *same = p->same + 2 * (int64_t)leaf->word;
    for (int32_t i = 0; i < leaf->instance; i++) {
        uint64_t word = same[2 * i];
        if ((s[word] ^ s[word + (uint64_t)c->store.width]) & same[2 * i + 1]) return 0;
    }
    return 1;
}

/* The program of steps for the pair, whose writes are of class `writes`: CORE_DONE with w->place its value, or CORE_MISS. */
static inline int run_steps(Core *c, Worker *w, int32_t writes) {
    const Program *p = &c->programs[STEPS];
    const uint8_t *touched = c->touched + (int64_t)(writes < c->touched_classes ? writes : 0) * p->n;
    uint8_t *truths = w->truths;
    int32_t place = 0;
    while (place >= 0) {
        const Leaf *leaf = &p->code[place];
        int truth = truths[place];
        if (!truth || touched[place]) {
            truth = leaf_truth(c, w, p, leaf);
            if (truth < 0) { w->place = place; return CORE_MISS; }
            if (!touched[place]) truths[place] = (uint8_t)(truth + 1);
        } else truth--;
        place = truth ? leaf->yes : leaf->no;
    }
    w->place = place;
    return CORE_DONE;
}

/* Which value below PLACE_OUT a program has had, as a bit. */
static inline uint64_t out_bit(int32_t place) {
    return place > PLACE_OUT ? 0 : 1ULL << (PLACE_OUT - place < 63 ? PLACE_OUT - place : 63);
}

/* The program of steps for a candidate: CORE_DONE and whether the step is outside a constraint, or why not. What comes out
 * as `noted` belongs to `outs` unless the state is outside a constraint of states, which are asked before. */
static inline int look_at_step(Core *c, Worker *w, const Candidate *cand, const uint64_t *t, int *out, uint64_t *noted) {
    if (w->pair_source != (int64_t)cand->source) begin_source(c, w, cand->source);
    uint64_t *entry = NULL;
    int known = 0, code = CORE_DONE;
    *noted = 0;
    if (c->steps_fresh && (entry = memo_find(c, w, t, &known)) && known) w->place = (int32_t)(uint32_t)entry[0];
    else {
        memcpy(w->pair + c->store.width, t, sizeof(uint64_t) * (size_t)c->store.width);
        if (c->steps_fresh) code = run_steps(c, w, cand->writes < 0 ? -cand->writes : cand->writes);
        else {
            w->place = 0;
            uint64_t before = w->outs[STEPS];
            code = run_program(c, w, STEPS, w->pair, INT32_MAX);
            w->outs[STEPS] = before;
        }
        if (code != CORE_DONE) return CORE_MISS_STEP;
        if (w->place == PLACE_FALSE) return CORE_FALSE_STEP;
        if (entry) {
            w->memo_filled++;
            entry[0] = (uint64_t)1 << 32 | (uint32_t)w->place;
            memcpy(entry + 1, w->memo_key, sizeof(uint64_t) * 2 * (size_t)c->step_n);
        }
    }
    *noted = out_bit(w->place);
    *out = w->place <= PLACE_OUT;
    return CORE_DONE;
}
