/* Exploring blocks of states at once, with the numbering that one worker alone would give.
 *
 * 1. Every block is explored with tables, states and seen set read-only: its successors that were not seen before are kept.
 *    A block stops at the first state with trouble (a miss, something false, a deadlock), but notes further misses.
 * 2. The blocks before the first trouble, and that block's states before it, are taken over: every candidate claims its slot;
 *    of equal ones the earliest keeps it. 3. Those that kept theirs are counted. 4. They get numbers, block by block.
 * Between these the workers meet. The misses are then handed out one at a time; what else was trouble is met again by one
 * worker alone, in order.
 */
#include <time.h>
#include "_search.h"

enum { WARM_STATES = 4096, LEAST_STATES = 1024, SPIN = 400, SPAN_MAX = BLOCKS * BLOCK_STATES / 2 };

/* ---- workers ---- */

static void *serve(void *argument) {
    Worker *w = argument;
    Core *c = w->core;
    uint64_t seen = 0;
    for (;;) {
        for (int i = 0; i < SPIN && __atomic_load_n(&c->round, __ATOMIC_ACQUIRE) == seen; i++) {
#if defined(__x86_64__)
            __builtin_ia32_pause();
#endif
        }
        pthread_mutex_lock(&c->lock);
        while (c->round == seen && !c->stop) pthread_cond_wait(&c->go, &c->lock);
        seen = c->round;
        int stop = c->stop;
        pthread_mutex_unlock(&c->lock);
        if (stop) return NULL;
        c->job(c, w);
        pthread_mutex_lock(&c->lock);
        if (__atomic_sub_fetch(&c->running, 1, __ATOMIC_RELEASE) == 0) pthread_cond_signal(&c->ready);
        pthread_mutex_unlock(&c->lock);
    }
}

static int start_workers(Core *c) {
    while (c->threads < c->n_workers - 1) {
        if (pthread_create(&c->workers[c->threads + 1].thread, NULL, serve, &c->workers[c->threads + 1])) return -1;
        c->threads++;
    }
    return 0;
}

static void stop_workers(Core *c) {
    if (!c->threads) return;
    pthread_mutex_lock(&c->lock);
    c->stop = 1;
    pthread_cond_broadcast(&c->go);
    pthread_mutex_unlock(&c->lock);
    for (int32_t i = 1; i <= c->threads; i++) pthread_join(c->workers[i].thread, NULL);
    c->threads = 0;
    c->stop = 0;
}

/* All workers do a job, each takes blocks until there are no more. */
static void together(Core *c, void (*job)(Core *, Worker *)) {
    c->next_block = 0;
    pthread_mutex_lock(&c->lock);
    c->job = job;
    c->running = c->threads;
    __atomic_store_n(&c->round, c->round + 1, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&c->go);
    pthread_mutex_unlock(&c->lock);
    job(c, &c->workers[0]);
    for (int i = 0; i < SPIN && __atomic_load_n(&c->running, __ATOMIC_ACQUIRE); i++) {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
    pthread_mutex_lock(&c->lock);
    while (c->running) pthread_cond_wait(&c->ready, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

static Block *take_block(Core *c) {
    int32_t i = __atomic_fetch_add(&c->next_block, 1, __ATOMIC_RELAXED);
    return i < c->n_blocks ? &c->blocks[i] : NULL;
}

/* ---- 1: explore ---- */

static int add_link(Block *k, int64_t link) {
    if (k->links_n == k->links_room) {
        int64_t room = k->links_room ? k->links_room * 2 : 4096;
        int64_t *links = realloc(k->links, sizeof(int64_t) * (size_t)room);
        if (!links) return -1;
        k->links = links;
        k->links_room = room;
    }
    k->links[k->links_n++] = link;
    return 0;
}

static void note_miss(Core *c, Block *k, int code, int32_t instance, int64_t state, const uint64_t *target) {
    if (k->misses_n == BLOCK_MISSES) return;
    Miss *m = &k->misses[k->misses_n];
    m->code = code; m->instance = instance; m->state = state; m->place = 0;
    size_t width = (size_t)c->store.width;
    if (target) memcpy(k->miss_words + (size_t)k->misses_n * width, target, sizeof(uint64_t) * width);
    k->misses_n++;
}

/* A candidate of a block. CORE_DONE, or what the trouble is. */
static inline int look(Core *c, Worker *w, Block *k, const Candidate *cand, const uint64_t *t, int keep) {
    int step_out = 0, out = 0, code;
    uint64_t noted = 0;
    if (c->programs[STEPS].n && (code = look_at_step(c, w, cand, t, &step_out, &noted, 0)) != CORE_DONE) {
        if (code == CORE_MISS_STEP) note_miss(c, k, code, c->programs[STEPS].code[w->place].instance, cand->source, t);
        return code;
    }
    uint64_t where;
    int64_t number = store_find_from(&c->store, t, cand->hash, cand->where, &where);
    uint32_t *recent = &w->recent[cand->hash & (RECENT - 1)]; /* many are found twice by one block */
    if (number < 0 && keep && *recent < k->found.n && k->found.list[*recent].hash == cand->hash &&
        same_words(batch_words(&k->found, *recent), t, c->store.width)) {
        number = -1 - (int64_t)*recent;
    } else if (number < 0) {
        if (c->programs[PREDICATES].n && (code = look_at_state(c, w, t, cand->writes, &out, 0)) != CORE_DONE) {
            if (code == CORE_MISS_PREDICATE) note_miss(c, k, code, c->programs[PREDICATES].code[w->place].instance, cand->source, t);
            return code;
        }
        if (!out) w->outs[STEPS] |= noted;
        if (out || step_out || !keep) return CORE_DONE;
        if (batch_room(&k->found, k->found.n + 1, c->store.width)) return CORE_MEMORY;
        number = -1 - k->found.n;
        *recent = (uint32_t)k->found.n;
        k->found.list[k->found.n] = *cand;
        memcpy(batch_words(&k->found, k->found.n++), t, sizeof(uint64_t) * (size_t)c->store.width);
    }
    if (!out) w->outs[STEPS] |= noted;
    return keep && c->keep_edges && !step_out && add_link(k, number) ? CORE_MEMORY : CORE_DONE;
}

/* Back to before a state. */
static void drop_state(Core *c, Block *k, int64_t state) {
    while (k->found.n && k->found.list[k->found.n - 1].source >= state) k->found.n--;
    if (c->keep_edges) k->links_n = k->marks[state - k->first];
}

static void explore_block(Core *c, Worker *w, Block *k) {
    Batch *b = &w->batch;
    int trouble = 0; /* from now on only misses are gathered */
    int64_t s = k->first;
    uint64_t before = 0; /* generated by whole states */
    k->done = k->first;
    while (s < k->last && k->misses_n < BLOCK_MISSES) {
        int64_t begin = s, bad = -1;
        int32_t at = 0;
        b->n = 0;
        if (batch_room(b, BATCH, c->store.width)) { k->failed = 1; return; }
        while (s < k->last && b->n < BATCH) {
            int64_t had = b->n;
            int why = expand(c, w, s, &at, 0, 0);
            if (why == CORE_MEMORY) { k->failed = 1; return; }
            if (why == CORE_MISS) {
                note_miss(c, k, CORE_MISS, c->order[at], s, NULL);
                bad = s;
                int32_t skip = c->instances[ACTIONS][c->order[at]].skip; /* behind an unknown gate nothing is asked */
                at = skip ? skip - 1 : at + 1;
                if (k->misses_n < BLOCK_MISSES && at < c->n_order) continue;
            } else if (c->check_deadlock && b->n == had && bad != s) bad = s;
            if (bad == s) break;
            s++; at = 0;
        }
        if (bad == s) s++;
        /* candidates of the state with trouble are looked at too, for their misses */
        for (int64_t i = 0; i < b->n && i < PEEK; i++) peek(&c->store, &b->list[i]);
        int64_t source = begin;
        uint64_t times = 0;
        if (c->keep_edges && !trouble) k->marks[source - k->first] = k->links_n;
        for (int64_t i = 0; i < b->n && k->misses_n < BLOCK_MISSES; i++) {
            const Candidate *cand = &b->list[i];
            if (i + PEEK < b->n) peek(&c->store, &b->list[i + PEEK]);
            if (!trouble) {
                if (cand->source != source) {
                    before += times;
                    times = 0;
                    while (source < cand->source) {
                        source++;
                        if (c->keep_edges) k->marks[source - k->first] = k->links_n;
                    }
                    for (int kind = 0; kind < KINDS; kind++) { k->outs[kind] |= w->outs[kind]; w->outs[kind] = 0; }
                }
                if (source == bad) { trouble = 1; k->done = bad; k->generated = before; }
            }
            times += cand->times;
            if (cand->action < 0) continue;
            int code = look(c, w, k, cand, batch_words(b, i), !trouble);
            if (code == CORE_MEMORY) { k->failed = 1; return; }
            if (code != CORE_DONE && !trouble) {
                trouble = 1;
                k->done = source;
                k->generated = before;
                drop_state(c, k, source);
            }
        }
        if (!trouble) {
            int64_t end = bad >= 0 ? bad : s;
            before += times;
            while (c->keep_edges && source < end - 1) { source++; k->marks[source - k->first] = k->links_n; }
            for (int kind = 0; kind < KINDS; kind++) { k->outs[kind] |= w->outs[kind]; w->outs[kind] = 0; }
            k->done = end;
            k->generated = before;
            if (bad >= 0) trouble = 1;
        }
    }
    for (int kind = 0; kind < KINDS; kind++) w->outs[kind] = 0;
}

static void explore_job(Core *c, Worker *w) {
    for (Block *k; (k = take_block(c)); ) explore_block(c, w, k);
}

/* ---- 2 to 4: take over ---- */

static inline uint64_t claim_number(const Core *c, int64_t block, int64_t i) {
    return (uint64_t)(c->base + block * c->per_block + i);
}

static void claim(Core *c, int64_t block, Candidate *cand, int64_t i) {
    Store *s = &c->store;
    uint64_t mask = ((uint64_t)1 << s->bits) - 1, at = slot_of(s, cand->hash);
    uint32_t mine = slot_value(s, cand->hash, claim_number(c, block, i)), low = (uint32_t)mask;
    const uint64_t *words = batch_words(&c->blocks[block].found, i);
    for (;;) {
        uint32_t v = __atomic_load_n(&s->slots[at], __ATOMIC_ACQUIRE);
        if (!v) {
            if (__atomic_compare_exchange_n(&s->slots[at], &v, mine, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) break;
            continue;
        }
        int64_t other = slot_number(s, v);
        if (((v ^ mine) & ~low) || other < c->base) { at = (at + 1) & mask; continue; }
        const Block *k = &c->blocks[(other - c->base) / c->per_block];
        int64_t j = (other - c->base) % c->per_block;
        int same = s->prints ? k->found.list[j].hash == cand->hash : same_words(batch_words(&k->found, j), words, s->width);
        if (!same) { at = (at + 1) & mask; continue; }
        if (v <= mine) break; /* an earlier one, or this one */
        if (__atomic_compare_exchange_n(&s->slots[at], &v, mine, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) break;
    }
    cand->where = at;
}

static void claim_job(Core *c, Worker *w) {
    (void)w;
    for (Block *k; (k = take_block(c)); ) {
        int64_t block = k - c->blocks, n = k->found.n;
        for (int64_t i = 0; i < n; i++) {
            if (i + PEEK < n) __builtin_prefetch(&c->store.slots[slot_of(&c->store, k->found.list[i + PEEK].hash)], 1);
            claim(c, block, &k->found.list[i], i);
        }
    }
}

static inline int kept(Core *c, int64_t block, int64_t i) {
    const Candidate *cand = &c->blocks[block].found.list[i];
    return __atomic_load_n(&c->store.slots[cand->where], __ATOMIC_RELAXED) ==
           slot_value(&c->store, cand->hash, claim_number(c, block, i));
}

static void count_job(Core *c, Worker *w) {
    (void)w;
    for (Block *k; (k = take_block(c)); ) {
        int64_t block = k - c->blocks;
        k->fresh = 0;
        for (int64_t i = 0; i < k->found.n; i++) {
            int fresh = kept(c, block, i);
            k->found.list[i].succ = fresh;
            k->fresh += fresh;
        }
    }
}

static void number_job(Core *c, Worker *w) {
    (void)w;
    Store *s = &c->store;
    size_t bytes = sizeof(uint64_t) * (size_t)s->width;
    for (Block *k; (k = take_block(c)); ) {
        int64_t number = k->base;
        for (int64_t i = 0; i < k->found.n; i++) {
            const Candidate *cand = &k->found.list[i];
            if (!cand->succ) continue;
            memcpy(state_at(s, number), batch_words(&k->found, i), bytes);
            *parent_at(s, number) = cand->source;
            bear(c, number, cand->event, cand->source);
            if (s->prints) s->prints[number >> CHUNK_BITS][number & CHUNK_MASK] = cand->hash;
            __atomic_store_n(&s->slots[cand->where], slot_value(s, cand->hash, (uint64_t)number), __ATOMIC_RELAXED);
            number++;
        }
    }
}

/* Edges of the states taken over: their order is that of exploration. */
static int take_edges(Core *c) {
    for (int32_t b = 0; b < c->n_blocks; b++) {
        const Block *k = &c->blocks[b];
        for (int64_t s = k->first; s < k->done; s++) {
            if (mark_offset(c)) return -1;
            int64_t end = s + 1 < k->done ? k->marks[s + 1 - k->first] : k->links_n;
            for (int64_t i = k->marks[s - k->first]; i < end; i++) {
                int64_t number = k->links[i];
                if (number < 0) number = slot_number(&c->store, c->store.slots[k->found.list[-1 - number].where]);
                if (add_edge(c, number)) return -1;
            }
        }
    }
    return 0;
}

/* ---- all of it ---- */

static int prepare_blocks(Core *c, int64_t first, int64_t last) {
    if (!c->blocks && !(c->blocks = calloc(BLOCKS, sizeof(Block)))) return -1;
    c->n_blocks = 0;
    int64_t size = (last - first + BLOCKS - 1) / BLOCKS;
    if (size < c->least / 16) size = c->least / 16;
    if (size < 4) size = 4;
    if (size > BLOCK_STATES * 2) size = BLOCK_STATES * 2;
    while (first < last && c->n_blocks < BLOCKS) {
        Block *k = &c->blocks[c->n_blocks++];
        k->first = k->done = first;
        k->last = first = first + size < last ? first + size : last;
        k->found.n = k->links_n = k->fresh = 0;
        k->generated = 0;
        k->misses_n = k->failed = 0;
        memset(k->outs, 0, sizeof(k->outs));
        uint64_t *words = realloc(k->miss_words, sizeof(uint64_t) * BLOCK_MISSES * (size_t)c->store.width);
        if (!words) return -1;
        k->miss_words = words;
        if (batch_room(&k->found, 64, c->store.width)) return -1;
        if (c->keep_edges && !k->marks && !(k->marks = malloc(sizeof(int64_t) * (BLOCK_STATES * 2 + 1)))) return -1;
    }
    return 0;
}

static void blocks_free(Core *c) {
    for (int i = 0; c->blocks && i < BLOCKS; i++) {
        Block *k = &c->blocks[i];
        free(k->found.list); free(k->found.words); free(k->links); free(k->marks); free(k->miss_words);
    }
    free(c->blocks);
}

/* Explore states from the cursor (the beginning of one) on. CORE_DONE: some were taken over, or `parallel_from` says that
 * one worker has to go on alone; CORE_MISS: there are misses in the queue. */
static int run_together(Core *c, int64_t until) {
    int64_t first = c->state, last = first + c->span < until ? first + c->span : until;
    if (start_workers(c) || prepare_blocks(c, first, last)) return CORE_MEMORY;
    last = c->blocks[c->n_blocks - 1].last;
    together(c, explore_job);
    int32_t found = 0, misses = 0, explored = c->n_blocks;
    int64_t most = 0, total = 0;
    for (int32_t b = 0; b < explored; b++) {
        if (c->blocks[b].failed) return CORE_MEMORY;
        misses += c->blocks[b].misses_n;
    }
    for (found = 0; found < explored; found++) {
        const Block *k = &c->blocks[found];
        if (k->found.n > most) most = k->found.n;
        total += k->found.n;
        if (k->done < k->last) { found++; break; }
    }
    if (c->store.n + total > c->n_max) { c->parallel_from = last; return CORE_DONE; }
    c->n_blocks = found;
    c->base = c->store.n;
    c->per_block = most ? most : 1;
    if (store_reserve(&c->store, c->store.n + total) || born_room(c, c->store.n + total) ||
        store_room(&c->store, c->store.n + total, c->store.n + found * c->per_block)) return CORE_MEMORY;
    if (total) {
        together(c, claim_job);
        together(c, count_job);
        int64_t number = c->base;
        for (int32_t b = 0; b < found; b++) { c->blocks[b].base = number; number += c->blocks[b].fresh; }
        together(c, number_job);
        c->store.n = number;
    }
    if (c->keep_edges && (mark_until(c, first - 1) || take_edges(c))) return CORE_MEMORY;
    for (int32_t b = 0; b < found; b++) {
        c->generated += c->blocks[b].generated;
        for (int kind = 0; kind < KINDS; kind++) c->outs[kind] |= c->blocks[b].outs[kind];
        if (c->blocks[b].done > c->blocks[b].first) c->state = c->blocks[b].done;
    }
    c->at = 0; c->succ = 0; c->succs = 0; c->phase = 0;
    if (c->state == last) { c->span = c->span * 2 < SPAN_MAX ? c->span * 2 : SPAN_MAX; return CORE_DONE; }
    int64_t done = c->state - first;
    c->span = done > c->least ? done * 2 : c->least * 2;
    c->n_blocks = explored;
    c->queue_block = c->queue_at = 0;
    if (!misses) { c->parallel_from = c->state + 1; return CORE_DONE; } /* something false, or a deadlock */
    return CORE_MISS;
}

/* The next miss in the queue that is still one: CORE_MISS…, with its words; CORE_DONE: none is left. */
static int next_queued(Core *c) {
    Worker *w = &c->workers[0];
    size_t width = (size_t)c->store.width, bytes = sizeof(uint64_t) * width;
    for (; c->queue_block < c->n_blocks; c->queue_block++, c->queue_at = 0) {
        Block *k = &c->blocks[c->queue_block];
        for (; c->queue_at < k->misses_n; c->queue_at++) {
            Miss *m = &k->misses[c->queue_at];
            const uint64_t *target = k->miss_words + (size_t)c->queue_at * width, *s = state_at(&c->store, m->state);
            int kind = m->code == CORE_MISS ? ACTIONS : m->code == CORE_MISS_STEP ? STEPS : PREDICATES;
            if (kind == STEPS) {
                w->pair_source = -1;
                memcpy(w->pair, s, bytes);
                memcpy(w->pair + width, target, bytes);
            }
            if (lookup(c, w, kind, m->instance, kind == STEPS ? w->pair : kind == ACTIONS ? s : target, 1)) continue;
            if (kind != ACTIONS) memcpy(c->target, target, bytes);
            c->instances[kind][m->instance].misses++;
            c->asked = *m;
            c->queued = 1;
            c->queue_at++;
            return m->code;
        }
    }
    return CORE_DONE;
}
