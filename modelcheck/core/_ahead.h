/* Candidates that are not yet looked at: what will be needed of memory is brought nearer.
 *
 * Their states lie anywhere, and so do the slots of the seen set; a candidate's turn comes only when those of some others
 * have passed.
 */
#ifndef MODELCHECK_AHEAD_H
#define MODELCHECK_AHEAD_H
#include "_keyed.h"

enum { PEEK = 12 };

static inline uint64_t *found_words(const Block *k, int64_t i) { return k->words + i * k->width; }

/* Where a worker notes a candidate that it has found in a round (`found_before`). */
static inline uint64_t *recent_at(Worker *w, uint64_t hash) {
    return &w->recent[hash & (RECENT - 1)];
}

/* Bring the state a candidate is likely to be equal to nearer. */
static inline void peek(const Core *c, Candidate *cand) {
    const Store *s = &c->store;
    cand->where = store_probe(s, cand->hash, slot_of(s, cand->hash));
    int64_t i = slot_number(s, s->slots[cand->where]);
    if (i < 0 || i >= s->n) return;
    if (s->prints) __builtin_prefetch(&s->prints[i >> CHUNK_BITS][i & CHUNK_MASK]);
    else __builtin_prefetch(state_at(s, i));
}

/* It is candidate i's turn: bring later ones nearer. */
static inline void look_ahead(Core *c, Worker *w, int64_t i) {
    if (i + PEEK >= w->batch.n) return;
    Candidate *cand = &w->batch.list[i + PEEK];
    if (!c->keyed) peek(c, cand);
    else if (c->keyed->met) __builtin_prefetch(met_place(c, cand->hash));
}

/* The same for the first ones of a batch. */
static void look_ahead_first(Core *c, Worker *w) {
    for (int64_t i = -PEEK; i < 0; i++) look_ahead(c, w, i);
}
#endif
