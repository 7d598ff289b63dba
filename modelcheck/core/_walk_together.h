/* Exploring by several workers, with the outcome and the numbering that one alone would have.
 *
 * Each has a clone of the program (`native_clone`), and what it remembers of predicates and keys; ids of values are common
 * to all. In a round the states from the cursor on are handed out in blocks. A worker looks at a block's states as one
 * alone would, but for states that others find in the same round: those may seem new. What it finds is kept by the block, in
 * order, and shown to others (`Crew.seen`), so that predicates are not asked twice; the seen set is not written. A block ends
 * before the first state where anything is not plain success. Afterwards the blocks are taken over, in order, up to the
 * first such state: of equal states the first stays, and has the number that it would have had (_walk_merge.h). The state
 * with the trouble is then explored by one worker alone.
 *
 * Initial states, which are found by one worker, are looked at in rounds, too, and atoms of liveness properties evaluated (_walk_scan.h).
 */
#include "_team.h"

enum { BLOCKS_EACH = 12, SPIN = 1000, AHEAD = 8, SEGMENTS = 32, SEGMENT_BITS = 6, SEEN_BITS = 17, ROUND_BITS = 12, PLACE_BITS = 40 };
#define STACK_MORE ((size_t)1 << 20)
#define WARM_S 0.05   /* seconds that one worker searches alone first */
#define ROUND_S 0.02 /* what a round should take */
#define PACE_GUESS_S 1e-4 /* for a state, before any was explored */
#define WORTH_S 2e-4  /* and what one worker must have to do for it */

/* What was found new: hashes of the row and of the key, its slot in the index and its number (when it is taken over); the
 * row, and (where that is another) the key. It stays where it is, so that others may look at it. */
typedef struct Found { uint64_t hash, key_hash, slot; int64_t source, number; uint64_t words[]; } Found;

typedef struct Block {
    int64_t first, last, done; /* states, or rows; those looked at */
    int code;                  /* why no more: as of `judge_row` */
    uint64_t generated;
    int64_t fresh, from;       /* how many of what was found are new states; the number of the first */
    char *segments[SEGMENTS]; int64_t n;            /* what was found; each segment is twice the one before */
    int64_t *links; int64_t links_n, links_room;    /* edges: numbers, or as of `found_apart` */
    int64_t *marks; int64_t marks_room;             /* where those of each state begin */
    uint64_t *taken;
    uint8_t *excluding[WALK_KINDS];
} Block;

typedef struct Crew {
    Walk *w;
    int32_t n;                 /* workers, with the one that searches alone, too: number 0 */
    Walk **walks;
    Prog **clones;             /* of the others */
    Team threads;
    void (*job)(struct Crew *, Walk *);
    Block *blocks;
    int32_t n_blocks, next_block, least_bad; /* `least_bad`: the first block with trouble so far */
    int64_t base, per_block;   /* what is claimed for block b begins at base + b * per_block */
    int64_t alone_until;       /* states below are for one worker alone */
    int64_t tuned;             /* by tests: states a round; 0: as time tells */
    double pace, share;        /* seconds that one worker takes for a state; how much of a whole round is tried */
    uint8_t *excluding[WALK_KINDS];
    const struct Scan *scan;   /* of atoms, at work (_walk_scan.h) */
    uint64_t *seen;            /* what was found of late, by hash: the round, the block, the place there */
} Crew;

/* ---- work ---- */

static void work_of(void *with, int32_t number) {
    Crew *t = with;
    t->job(t, t->walks[number]);
}

static void all_work(Crew *t, void (*job)(Crew *, Walk *)) {
    if (t->threads.round % ((1 << ROUND_BITS) - 1) == 0) memset(t->seen, 0, sizeof(uint64_t) << SEEN_BITS);
    t->next_block = 0;
    t->least_bad = t->n_blocks;
    t->job = job;
    team_work(&t->threads, work_of, t);
}

/* The next block that is of use: those behind trouble are not. */
static Block *next_block(Crew *t) {
    int32_t i = __atomic_fetch_add(&t->next_block, 1, __ATOMIC_RELAXED);
    return i < t->n_blocks && i < __atomic_load_n(&t->least_bad, __ATOMIC_RELAXED) ? &t->blocks[i] : NULL;
}
static void note_bad(Crew *t, const Block *k) {
    int32_t mine = (int32_t)(k - t->blocks), least = __atomic_load_n(&t->least_bad, __ATOMIC_RELAXED);
    while (mine < least && !__atomic_compare_exchange_n(&t->least_bad, &least, mine, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {}
}

/* ---- making and ending ---- */

static void twin_free(Walk *w) {
    if (!w) return;
    memset(&w->store, 0, sizeof(Store)); /* those of the walk itself */
    memset(&w->keys, 0, sizeof(Store));
    w->by = BY_ROW;
    walk_free(w);
}

/* What another worker has of its own; it sees the states of the walk. */
static Walk *twin_new(const Walk *w, Prog *prog) {
    Walk *t = calloc(1, sizeof(Walk));
    if (!t) return NULL;
    t->prog = prog;
    t->n = w->n; t->words = w->words; t->next = w->next; t->n_actions = w->n_actions;
    t->check_deadlock = w->check_deadlock; t->keep_edges = w->keep_edges; t->trusted = w->trusted;
    t->by = w->by; t->view = w->view; t->n_perms = w->n_perms;
    t->n_workers = 1;
    t->source = calloc((size_t)w->words * 2, sizeof(Vid));
    t->key = calloc((size_t)w->words, sizeof(uint64_t));
    int failed = !t->source || !t->key;
    for (int kind = 0; !failed && kind < WALK_KINDS; kind++) {
        const Pieces *p = &w->pieces[kind];
        t->pieces[kind].list = calloc((size_t)p->n + 1, sizeof(Piece));
        t->excluding[kind] = calloc((size_t)w->n_predicates[kind] + 1, 1);
        t->n_predicates[kind] = w->n_predicates[kind];
        failed = !t->pieces[kind].list || !t->excluding[kind];
        for (int32_t i = 0; !failed && i < p->n; i++) {
            Piece *piece = &t->pieces[kind].list[t->pieces[kind].n++];
            *piece = p->list[i];
            piece->answers = NULL;
            piece->tries = piece->hits = 0;
        }
    }
    if (!failed && w->by != BY_ROW) {
        t->met = calloc((size_t)(w->words + 1) << MET_BITS, sizeof(uint64_t));
        failed = !t->met;
    }
    if (!failed && w->n_perms) {
        failed = orbit_room(t, w->n_perms);
        if (!failed) memcpy(t->rank, w->rank, sizeof(int32_t) * (size_t)w->n);
    }
    if (!failed) return t;
    twin_free(t);
    return NULL;
}

static void block_free(Block *k) {
    for (int i = 0; i < SEGMENTS; i++) free(k->segments[i]);
    free(k->links); free(k->marks); free(k->taken);
    for (int kind = 0; kind < WALK_KINDS; kind++) free(k->excluding[kind]);
}

static void crew_free(Walk *w) {
    Crew *t = w->crew;
    if (!t) return;
    w->crew = w->colleagues = NULL;
    team_stop(&t->threads);
    for (int32_t i = 1; t->walks && i < t->n; i++) twin_free(t->walks[i]);
    for (int32_t i = 0; t->clones && i < t->n - 1; i++) native_clone_free(t->clones[i]);
    for (int32_t i = 0; t->blocks && i < t->n * BLOCKS_EACH; i++) block_free(&t->blocks[i]);
    for (int kind = 0; kind < WALK_KINDS; kind++) free(t->excluding[kind]);
    free(t->walks); free(t->clones); free(t->blocks); free(t->seen);
    free(t);
}

/* Whether there is a crew now. Without memory, or threads, or where the program cannot be copied, there never will be. */
static int crew_new(Walk *w) {
    Crew *t = calloc(1, sizeof(Crew));
    if (!t) { w->n_workers = 1; return 0; }
    size_t n = (size_t)w->n_workers;
    w->crew = t;
    t->w = w;
    t->n = w->n_workers;
    t->share = 1;
    t->pace = 1e-6;
    t->walks = calloc(n, sizeof(Walk *));
    t->clones = calloc(n, sizeof(Prog *));
    t->blocks = calloc(n * BLOCKS_EACH, sizeof(Block));
    t->seen = calloc((size_t)1 << SEEN_BITS, sizeof(uint64_t));
    int failed = !t->walks || !t->clones || !t->blocks || !t->seen;
    for (int32_t i = 1; !failed && i < t->n; i++) {
        failed = !(t->clones[i - 1] = native_clone(w->prog)) || !(t->walks[i] = twin_new(w, t->clones[i - 1]));
        if (!failed) t->walks[i]->colleagues = t;
    }
    for (int kind = 0; !failed && kind < WALK_KINDS; kind++)
        failed = !(t->excluding[kind] = calloc((size_t)w->n_predicates[kind] + 1, 1));
    for (size_t b = 0; !failed && b < n * BLOCKS_EACH; b++) {
        Block *k = &t->blocks[b];
        failed = !(k->taken = calloc((size_t)w->n_actions + 1, sizeof(uint64_t)));
        for (int kind = 0; !failed && kind < WALK_KINDS; kind++)
            failed = !(k->excluding[kind] = calloc((size_t)w->n_predicates[kind] + 1, 1));
    }
    if (!failed) t->walks[0] = w;
    w->colleagues = t;
    if (failed || team_start(&t->threads, t->n, native_stack(w->prog) + STACK_MORE, SPIN)) {
        crew_free(w);
        w->n_workers = 1;
        return 0;
    }
    return 1;
}

/* Let so many workers explore, once it takes long enough. `states`: for tests, rounds of so many from the beginning on. */
WALK_EXPORT void walk_workers(Walk *w, int32_t n, int64_t states) {
    crew_free(w);
    w->n_workers = n > 1 ? n : 1;
    if (states && w->n_workers > 1 && crew_new(w)) w->crew->tuned = states;
}

/* So many states were explored by one worker in so many seconds. */
static void alone_for(Walk *w, int64_t states, double seconds) {
    w->seconds += seconds;
    if (w->crew && states >= CLOCK_EVERY) w->crew->pace = seconds / (double)states;
}

/* How many states the next round is for; 0: none. */
static inline int64_t round_size(const Crew *t, int64_t left) {
    if (t->tuned) return left < t->tuned ? left : t->tuned;
    if ((double)left * t->pace < WORTH_S || left < t->n) return 0;
    double most = ROUND_S * t->share * t->n / t->pace;
    return (double)left < most ? left : most > t->n ? (int64_t)most : t->n;
}
static inline int is_for_crew(const Walk *w, int64_t until) {
    int64_t end = until < w->store.n ? until : w->store.n;
    return w->state >= w->crew->alone_until && round_size(w->crew, end - w->state);
}

/* ---- what a worker finds ---- */

static inline int64_t found_words(const Walk *w) { return w->words + (w->by == BY_ROW ? 0 : w->keys.width); }

static inline size_t found_bytes(const Walk *w) { return sizeof(Found) + sizeof(uint64_t) * (size_t)found_words(w); }

static inline Found *found_at(const Walk *w, const Block *k, int64_t i) {
    uint64_t at = (uint64_t)i + (1 << SEGMENT_BITS);
    int high = 63 - __builtin_clzll(at);
    return (Found *)(void *)(k->segments[high - SEGMENT_BITS] + (at ^ 1ULL << high) * found_bytes(w));
}
static inline uint64_t *seen_at(const Crew *t, uint64_t hash) { return t->seen + (hash >> (64 - SEEN_BITS)); }
static inline uint64_t round_tag(const Crew *t) { return (1 + t->threads.round % ((1 << ROUND_BITS) - 1)) << (64 - ROUND_BITS); }

/* What was found in this round, and is where such a hash leads to: its place (block and number); NULL: nothing. */
static inline const Found *found_lately(const Walk *w, uint64_t hash, uint64_t *place) {
    const Crew *t = w->colleagues;
    *place = __atomic_load_n(seen_at(t, hash), __ATOMIC_ACQUIRE) ^ round_tag(t);
    if (*place >> (64 - ROUND_BITS)) return NULL;
    return found_at(w, &t->blocks[*place >> PLACE_BITS], (int64_t)(*place & ((1ULL << PLACE_BITS) - 1)));
}
/* Whether that comes before all that a worker's block finds from now on. */
static inline int is_before(const Walk *w, uint64_t place) { return w->colleagues->blocks + (place >> PLACE_BITS) <= w->block; }

/* Where a row was found before in this round: -2 less its place; else FRESH, and `twin` what another worker has found of it. */
static int64_t found_apart(const Walk *w, const uint64_t *words, uint64_t hash, const Found **twin) {
    uint64_t place;
    const Found *f = found_lately(w, hash, &place);
    if (!f || f->hash != hash || !same_words(f->words, words, w->words)) return FRESH;
    if (is_before(w, place)) return -2 - (int64_t)place;
    *twin = f;
    return FRESH;
}
/* The same of a key that is no row: the first row that has it is the one whose predicates count. */
static int64_t key_apart(const Walk *w, const uint64_t *key, uint64_t hash) {
    uint64_t place;
    const Found *f = found_lately(w, hash, &place);
    int known = f && f->key_hash == hash && same_words(f->words + w->words, key, w->keys.width) && is_before(w, place);
    return known ? -2 - (int64_t)place : FRESH;
}

/* The row is new, but another worker knows all about it. */
static void judged_by(const Walk *w, const Found *twin, Judged *j) {
    j->met = 1;
    j->hash = twin->key_hash;
    j->key = w->by == BY_ROW ? twin->words : twin->words + w->words;
}

static int put_found(Walk *w, int64_t at, const Judged *j, int64_t source) {
    Crew *t = w->colleagues;
    Block *k = w->block;
    if (!((k->n + (1 << SEGMENT_BITS)) & (k->n + (1 << SEGMENT_BITS) - 1))) { /* a power of two: a segment begins */
        uint64_t size = (uint64_t)k->n + (1 << SEGMENT_BITS);
        char **segment = &k->segments[63 - __builtin_clzll(size) - SEGMENT_BITS];
        if (!*segment && !(*segment = malloc(size * found_bytes(w)))) return -1;
    }
    Found *f = found_at(w, k, k->n);
    f->hash = w->hashes[at];
    f->key_hash = j->hash;
    f->source = source;
    memcpy(f->words, w->rows + at * w->words, sizeof(uint64_t) * (size_t)w->words);
    if (w->by != BY_ROW) memcpy(f->words + w->words, j->key, sizeof(uint64_t) * (size_t)w->keys.width);
    uint64_t place = (uint64_t)(k - t->blocks) << PLACE_BITS | (uint64_t)k->n++;
    __atomic_store_n(seen_at(t, f->hash), round_tag(t) | place, __ATOMIC_RELEASE);
    if (w->by != BY_ROW) __atomic_store_n(seen_at(t, f->key_hash), round_tag(t) | place, __ATOMIC_RELEASE);
    return 0;
}
static int put_link(Block *k, int64_t link) { return add_number(&k->links, &k->links_n, &k->links_room, link); }

static int visit_apart(Walk *w, int64_t source, int64_t at) {
    Block *k = w->block;
    Judged j;
    int code = judge_row(w, source, at, &j, 1);
    if (code || !j.inside) return code;
    if (j.number == FRESH) {
        if (put_found(w, at, &j, source)) return N_MEMORY;
        j.number = -2 - (int64_t)((uint64_t)(k - w->colleagues->blocks) << PLACE_BITS | (uint64_t)(k->n - 1));
    } else if (j.number >= 0 && !j.met && w->by != BY_ROW) remember_row(w, w->rows + at * w->words, w->hashes[at], j.number);
    return w->keep_edges && source >= 0 && put_link(k, j.number) ? N_MEMORY : 0;
}

static int explore_apart(Walk *w, int64_t s) {
    Block *k = w->block;
    walk_row(w, s, w->source);
    w->batch = 0;
    uint64_t between = native_between(w->prog);
    int code = native_run(w->prog, w->next, w->source, walk_emit, w);
    if (code) return code;
    if (!w->batch && w->check_deadlock) return 1;
    prepare_batch(w);
    k->marks[s - k->first] = k->links_n;
    for (int64_t i = 0; i < w->batch; i++)
        if ((code = visit_apart(w, s, i))) return code;
    for (int64_t i = 0; i < w->batch; i++) k->taken[w->actions[i]]++;
    k->generated += (uint64_t)w->batch + native_between(w->prog) - between;
    return 0;
}

/* What a state has excluded counts for its block, if all was well. */
static void take_excluding(Walk *w, Block *k, int counts) {
    for (int kind = CONSTRAINTS; kind <= STEP_CONSTRAINTS; kind += STEP_CONSTRAINTS - CONSTRAINTS)
        for (int32_t i = 0; i < w->n_predicates[kind]; i++) {
            if (counts) k->excluding[kind][i] |= w->excluding[kind][i];
            w->excluding[kind][i] = 0;
        }
}

/* Look at a block's states or initial rows. */
static void work_block(Crew *t, Walk *w, Block *k, int (*look)(Walk *, int64_t)) {
    w->block = k;
    for (; k->done < k->last; k->done++) {
        int64_t n = k->n, links = k->links_n;
        k->code = look(w, k->done);
        take_excluding(w, k, !k->code);
        if (!k->code) continue;
        k->n = n;
        k->links_n = links;
        note_bad(t, k);
        break;
    }
    w->block = NULL;
}
static void explore_job(Crew *t, Walk *w) {
    for (Block *k; (k = next_block(t)); ) work_block(t, w, k, explore_apart);
}

static int initial_apart(Walk *w, int64_t at) {
    w->block->generated++;
    return visit_apart(w, -1, at);
}
static void initial_job(Crew *t, Walk *w) {
    Walk *from = t->w;
    uint64_t *rows = w->rows, *hashes = w->hashes;
    if (w != from) { w->rows = from->rows; w->hashes = from->hashes; }
    for (Block *k; (k = next_block(t)); ) work_block(t, w, k, initial_apart);
    if (w != from) { w->rows = rows; w->hashes = hashes; }
}

/* Memory that is there for several workers. */
static int64_t crew_bytes(const Walk *w) {
    const Crew *t = w->crew;
    int64_t bytes = 0;
    for (int32_t i = 1; t && i < t->n; i++)
        bytes += (int64_t)native_bytes(t->clones[i - 1]) + t->walks[i]->perms_room * (int64_t)sizeof(uint32_t);
    for (int32_t b = 0; t && b < t->n * BLOCKS_EACH; b++) {
        const Block *k = &t->blocks[b];
        bytes += (k->links_room + k->marks_room) * (int64_t)sizeof(int64_t);
        for (int i = 0; i < SEGMENTS && k->segments[i]; i++) bytes += (int64_t)found_bytes(w) << (i + SEGMENT_BITS);
    }
    return bytes;
}

/* ---- a round ---- */

static int prepare_blocks(Crew *t, int64_t first, int64_t last) {
    int64_t most = (int64_t)t->n * BLOCKS_EACH, size = (last - first + most - 1) / most;
    for (t->n_blocks = 0; first < last; t->n_blocks++) {
        Block *k = &t->blocks[t->n_blocks];
        k->first = k->done = first;
        k->last = first = first + size < last ? first + size : last;
        k->n = k->links_n = 0;
        k->code = 0;
        k->generated = 0;
        memset(k->taken, 0, sizeof(uint64_t) * (size_t)t->w->n_actions);
        for (int kind = 0; kind < WALK_KINDS; kind++) memset(k->excluding[kind], 0, (size_t)t->w->n_predicates[kind]);
        if (k->marks_room < size) {
            int64_t *marks = realloc(k->marks, sizeof(int64_t) * (size_t)size);
            if (!marks) return -1;
            k->marks = marks;
            k->marks_room = size;
        }
    }
    return 0;
}

static void exchange_excluding(Crew *t) {
    for (int kind = 0; kind < WALK_KINDS; kind++) {
        uint8_t *other = t->w->excluding[kind];
        t->w->excluding[kind] = t->excluding[kind];
        t->excluding[kind] = other;
    }
}

/* Have all do a job over these states, or rows: 0 or N_MEMORY. */
static int do_round(Crew *t, int64_t first, int64_t last, void (*job)(Crew *, Walk *)) {
    Walk *w = t->w;
    if (prepare_blocks(t, first, last) || native_join(w->prog, t->clones, t->n - 1)) return N_MEMORY;
    for (int32_t i = 1; i < t->n; i++) {
        t->walks[i]->store = w->store;
        t->walks[i]->keys = w->keys;
        t->walks[i]->is_beginning = w->is_beginning;
    }
    exchange_excluding(t); /* nothing that a state excludes is certain yet */
    all_work(t, job);
    exchange_excluding(t);
    native_part(w->prog, t->clones, t->n - 1);
    return 0;
}

#include "_walk_merge.h"

/* How many blocks are to be taken over: the last of them may have trouble. */
static int32_t blocks_done(const Crew *t, int64_t *total) {
    int32_t n = 0;
    for (*total = 0; n < t->n_blocks; n++) {
        *total += t->blocks[n].n;
        if (t->blocks[n].done < t->blocks[n].last) return n + 1;
    }
    return n;
}

/* After a round over so many states. */
static void learn_pace(Crew *t, double began, int64_t states, int is_whole) {
    double seconds = walk_clock() - began;
    if (states >= t->n) t->pace = (t->pace + seconds * t->n / (double)states) / 2;
    t->share = is_whole ? (t->share * 2 < 1 ? t->share * 2 : 1) : t->share > 0.05 ? t->share / 2 : t->share;
}

/* Explore states from the cursor on. */
static int run_together(Walk *w, int64_t until) {
    Crew *t = w->crew;
    int64_t end = until < w->store.n ? until : w->store.n, first = w->state, total;
    int64_t last = first + round_size(t, end - first);
    double began = walk_clock();
    if (do_round(t, first, last, explore_job)) return WALK_MEMORY;
    int32_t n = blocks_done(t, &total);
    if (w->store.n + total > w->n_max) { t->alone_until = last; return WALK_DONE; }
    if (number_all(t, n, total)) return WALK_MEMORY;
    for (int32_t b = 0; b < n; b++) {
        Block *k = &t->blocks[b];
        take_counts(w, k);
        if (w->keep_edges && take_edges(w, k)) return WALK_MEMORY;
        for (int32_t a = 0; a < w->n_actions; a++) w->taken[a] += k->taken[a];
        w->explored += k->done - k->first;
        w->state = k->done;
    }
    w->shared += w->state - first;
    if (w->state < last) t->alone_until = w->state + 1;
    learn_pace(t, began, w->state - first, w->state == last);
    return WALK_DONE;
}

/* Visit initial rows from one on: the next that is for one worker alone; -1 without memory. */
static int64_t initial_together(Walk *w, int64_t at) {
    Crew *t = w->crew;
    int64_t size = round_size(t, w->batch - at), done = at, total;
    if (!size) return at;
    double began = walk_clock();
    if (do_round(t, at, at + size, initial_job)) return -1;
    int32_t n = blocks_done(t, &total);
    if (number_all(t, n, total)) return -1;
    for (int32_t b = 0; b < n; b++) {
        take_counts(w, &t->blocks[b]);
        done = t->blocks[b].done;
    }
    w->initial += done - at;
    w->shared += done - at;
    learn_pace(t, began, done - at, done == at + size);
    return done;
}
