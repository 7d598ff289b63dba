/* After a round: what its blocks have found gets the numbers that one worker alone would have given.
 *
 * A few new states are numbered by one worker. Of many, every candidate first claims its slot in the index; of equal ones
 * the earliest keeps it, whoever comes first. Those that kept theirs are counted, and get their numbers block by block.
 */

enum { CLAIM_LEAST = 4096 }; /* candidates for several workers */

static inline const uint64_t *key_of(const Walk *w, const Found *f) { return w->by == BY_ROW ? f->words : f->words + w->words; }

static int number_found(Walk *w, Block *k) {
    Store *index = index_of(w);
    for (int64_t i = 0; i < k->n; i++) {
        if (i + AHEAD < k->n) __builtin_prefetch(&index->slots[slot_of(index, found_at(w, k, i + AHEAD)->key_hash)], 1);
        Found *f = found_at(w, k, i);
        const uint64_t *key = key_of(w, f);
        f->number = store_find(index, key, f->key_hash, &f->slot);
        if (f->number < 0) {
            f->number = store_insert_at(index, key, f->key_hash, w->by == BY_ROW ? f->source : -1, f->slot);
            if (f->number >= 0 && w->by != BY_ROW) f->number = store_append(&w->store, f->words, f->source);
            if (f->number < 0) return -1;
        }
        if (w->by != BY_ROW) remember_row(w, f->words, f->hash, f->number);
    }
    return 0;
}

/* ---- several workers ---- */

static inline uint32_t claim_of(const Crew *t, const Block *k, const Found *f, int64_t i) {
    return slot_value(index_of(t->w), f->key_hash, (uint64_t)(t->base + (k - t->blocks) * t->per_block + i));
}

static void claim(Crew *t, const Block *k, int64_t i) {
    const Walk *w = t->w;
    const Store *s = index_of(t->w);
    Found *f = found_at(w, k, i);
    uint64_t mask = ((uint64_t)1 << s->bits) - 1, at = slot_of(s, f->key_hash);
    uint32_t mine = claim_of(t, k, f, i), low = (uint32_t)mask;
    for (;;) {
        uint32_t v = __atomic_load_n(&s->slots[at], __ATOMIC_ACQUIRE);
        if (!v) {
            if (__atomic_compare_exchange_n(&s->slots[at], &v, mine, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) break;
            continue;
        }
        int64_t other = slot_number(s, v) - t->base;
        if (((v ^ mine) & ~low) || other < 0) { at = (at + 1) & mask; continue; } /* no candidate is an old state */
        const Found *g = found_at(w, &t->blocks[other / t->per_block], other % t->per_block);
        int same = s->prints ? g->key_hash == f->key_hash : same_words(key_of(w, g), key_of(w, f), s->width);
        if (!same) { at = (at + 1) & mask; continue; }
        if (v <= mine) break; /* an earlier one */
        if (__atomic_compare_exchange_n(&s->slots[at], &v, mine, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) break;
    }
    f->slot = at;
}
static void claim_job(Crew *t, Walk *w) {
    const Store *s = index_of(t->w);
    for (Block *k; (k = next_block(t)); )
        for (int64_t i = 0; i < k->n; i++) {
            if (i + AHEAD < k->n) __builtin_prefetch(&s->slots[slot_of(s, found_at(w, k, i + AHEAD)->key_hash)], 1);
            claim(t, k, i);
        }
}

static void count_job(Crew *t, Walk *w) {
    const Store *s = index_of(t->w);
    for (Block *k; (k = next_block(t)); ) {
        k->fresh = 0;
        for (int64_t i = 0; i < k->n; i++) {
            Found *f = found_at(w, k, i);
            f->number = s->slots[f->slot] == claim_of(t, k, f, i) ? k->fresh++ : -1; /* counted from the block's first */
        }
    }
}

static void put_state(Store *s, int64_t number, const uint64_t *words, uint64_t hash, int64_t parent) {
    memcpy(state_at(s, number), words, sizeof(uint64_t) * (size_t)s->width);
    *parent_at(s, number) = parent < 0 ? NO_PARENT : (uint32_t)parent;
    if (s->prints) s->prints[number >> CHUNK_BITS][number & CHUNK_MASK] = hash;
}
static void number_job(Crew *t, Walk *w) {
    Walk *of = t->w;
    Store *index = index_of(of);
    for (Block *k; (k = next_block(t)); )
        for (int64_t i = 0; i < k->n; i++) {
            Found *f = found_at(w, k, i);
            if (f->number < 0) continue;
            f->number += k->from;
            put_state(index, f->number, key_of(w, f), f->key_hash, of->by == BY_ROW ? f->source : -1);
            if (of->by != BY_ROW) {
                put_state(&of->store, f->number, f->words, f->hash, f->source);
                remember_row(w, f->words, f->hash, f->number);
            }
            index->slots[f->slot] = slot_value(index, f->key_hash, (uint64_t)f->number);
        }
}

/* Number all that the first `n` blocks have found, so many candidates: 0, or -1 without memory. */
static int number_all(Crew *t, int32_t n, int64_t total) {
    Walk *w = t->w;
    Store *index = index_of(w);
    if (t->tuned ? !(t->tuned & 1) : total < CLAIM_LEAST) {
        for (int32_t b = 0; b < n; b++) if (number_found(w, &t->blocks[b])) return -1;
        return 0;
    }
    t->base = w->store.n;
    t->per_block = 1;
    for (int32_t b = 0; b < n; b++) if (t->blocks[b].n > t->per_block) t->per_block = t->blocks[b].n;
    t->n_blocks = n;
    if (store_reserve(&w->store, t->base + total) || (w->by != BY_ROW && store_reserve(index, t->base + total)) ||
        store_room(index, t->base + total, t->base + n * t->per_block)) return -1;
    all_work(t, claim_job);
    all_work(t, count_job);
    int64_t number = t->base;
    for (int32_t b = 0; b < n; b++) {
        t->blocks[b].from = number;
        number += t->blocks[b].fresh;
    }
    all_work(t, number_job);
    w->store.n = index->n = number;
    return 0;
}

/* ---- what else a block tells ---- */

/* The number of what was found: of equal ones, all have that of the first. */
static int64_t number_at(Walk *w, int64_t place) {
    const Found *f = found_at(w, &w->crew->blocks[place >> PLACE_BITS], place & ((1LL << PLACE_BITS) - 1));
    return f->number >= 0 ? f->number : slot_number(index_of(w), index_of(w)->slots[f->slot]);
}
static int take_edges(Walk *w, const Block *k) {
    for (int64_t s = k->first; s < k->done; s++) {
        if (walk_mark(w, s)) return -1;
        int64_t end = s + 1 < k->done ? k->marks[s + 1 - k->first] : k->links_n;
        for (int64_t i = k->marks[s - k->first]; i < end; i++) {
            int64_t link = k->links[i];
            if (walk_edge(w, link < 0 ? number_at(w, -2 - link) : link)) return -1;
        }
    }
    return 0;
}
static void take_counts(Walk *w, const Block *k) {
    w->generated += k->generated;
    for (int kind = CONSTRAINTS; kind <= STEP_CONSTRAINTS; kind += STEP_CONSTRAINTS - CONSTRAINTS)
        for (int32_t i = 0; i < w->n_predicates[kind]; i++) w->excluding[kind][i] |= k->excluding[kind][i];
}
