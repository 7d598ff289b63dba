/* What the search of `_walk.h` is made of: its data, predicates that remember their answers, what tells states apart.
 *
 * A predicate is a list of pieces, all of which must hold. What a piece says depends on the variables it reads: its
 * answers are remembered by their ids, and where a step changes none of them, it still holds. Under SYMMETRY the key of
 * a state is the least of the rows that permutations make of it, under VIEW the id of the view's value.
 */
#ifndef MODELCHECK_WALK_PARTS_H
#define MODELCHECK_WALK_PARTS_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include "_store.h"
#pragma GCC diagnostic pop

#define WALK_EXPORT __attribute__((visibility("default")))

enum { WALK_DONE, WALK_PAUSE, WALK_ASK, WALK_MEMORY, WALK_STOPPED };
enum { INVARIANTS, CONSTRAINTS, INITIAL_PROPERTIES, STEP_PROPERTIES, STEP_CONSTRAINTS, WALK_KINDS };
enum { BY_ROW, BY_ORBIT, BY_VIEW };
enum { PIECE_KEY_MAX = 8, PIECE_BITS_MIN = 8, PIECE_BITS_MAX = 18, PIECE_WINDOW = 4096, CLOCK_EVERY = 16, MET_BITS = 18 };
#define ALL_CHANGED UINT64_MAX

/* One conjunct: a formula, and the variables that it reads in the state and in the next one. */
typedef struct {
    int32_t formula, predicate;
    int32_t n_from, n_to;
    int32_t at[PIECE_KEY_MAX];    /* variables: of the state, then of the next one */
    int32_t remembers;            /* whether `at` is all, and answers are kept */
    int32_t given;                /* initial states satisfy it, because they are initial */
    uint64_t reads;               /* a bit a variable of the one state it speaks of */
    uint32_t *answers;            /* direct-mapped: 1 + the answer, then the ids */
    int32_t bits;
    uint32_t tries, hits;
} Piece;

typedef struct { Piece *list; int32_t n, room; } Pieces;

/* What the permutations make of one value: the least id, and which permutations give it. */
typedef struct { Vid least; uint32_t begin, n; } Orbit;

typedef struct {
    Prog *prog;
    int32_t n, words, next, n_actions;
    int is_beginning;                        /* initial states are being found */
    int check_deadlock, keep_edges, trusted; /* trusted: every state kept has passed all invariants */
    Store store, keys;                       /* keys: one for each state, unless by row */
    int by, view;
    Pieces pieces[WALK_KINDS];
    Piece atom;                              /* of a liveness property, scanned over all states or steps */
    uint8_t *excluding[WALK_KINDS];          /* a byte a predicate: was it false somewhere? */
    int32_t n_predicates[WALK_KINDS];
    /* under SYMMETRY */
    int32_t n_perms, *rank;                  /* the variables, those that tell most first */
    Orbit *orbits; int64_t orbits_room;      /* by id; n = 0: not known yet */
    uint32_t *perms; int64_t perms_n, perms_room;
    uint32_t *left, *kept;                   /* permutations under consideration */
    uint64_t *met;                           /* rows met of late, each with the number of its state; not by row */
    /* the state being explored */
    Vid *source;
    uint64_t *rows, *hashes, *key; int32_t *actions; int64_t batch, batch_room; /* its successors */
    uint64_t *taken;
    int64_t state, n_max, level_end, depth, unknown, initial, explored;
    uint64_t generated, succs;
    uint32_t *edges; int64_t edges_n, edges_cap;
    int64_t *offsets, offsets_n, offsets_cap;
    struct Crew *crew;                       /* NULL: one worker (_walk_together.h) */
    int32_t n_workers;
    int64_t shared;                          /* states explored by several, and initial ones */
    int64_t scanned;                         /* states in which atoms were evaluated by several */
    double seconds;                          /* that the search has taken */
    struct Crew *colleagues;                 /* of a worker */
    struct Block *block;                     /* … at work: where it puts what it finds */
} Walk;

static void crew_free(Walk *w);

/* ---- making and ending ---- */

WALK_EXPORT void walk_free(Walk *w) {
    if (!w) return;
    crew_free(w);
    for (int k = 0; k < WALK_KINDS; k++) {
        for (int32_t i = 0; i < w->pieces[k].n; i++) free(w->pieces[k].list[i].answers);
        free(w->pieces[k].list);
        free(w->excluding[k]);
    }
    free(w->atom.answers);
    free(w->rank); free(w->orbits); free(w->perms); free(w->left); free(w->kept); free(w->source); free(w->rows);
    free(w->met);
    free(w->hashes); free(w->key); free(w->actions); free(w->taken); free(w->edges); free(w->offsets);
    store_free(&w->store);
    if (w->by != BY_ROW) store_free(&w->keys);
    free(w);
}

WALK_EXPORT Walk *walk_new(Prog *prog, int32_t n, int32_t next, int32_t n_actions, int check_deadlock, int keep_edges,
                           int trusted) {
    Walk *w = calloc(1, sizeof(Walk));
    if (!w) return NULL;
    w->prog = prog;
    w->n = n;
    w->words = (n + 1) / 2;
    w->next = next;
    w->n_actions = n_actions;
    w->check_deadlock = check_deadlock;
    w->keep_edges = keep_edges;
    w->trusted = trusted && n <= 64;
    w->n_max = INT64_MAX;
    w->n_workers = 1;
    w->source = calloc((size_t)w->words * 2, sizeof(Vid));
    w->key = calloc((size_t)w->words, sizeof(uint64_t));
    w->taken = calloc((size_t)n_actions + 1, sizeof(uint64_t));
    if (store_init(&w->store, w->words) || !w->source || !w->key || !w->taken) { walk_free(w); return NULL; }
    return w;
}

/* A piece of predicate number `predicate` of a kind. `at`: the variables it reads in the state, then in the next one. */
WALK_EXPORT int walk_add(Walk *w, int kind, int32_t predicate, int32_t formula, int32_t n_from, int32_t n_to,
                         const int32_t *at) {
    Pieces *p = &w->pieces[kind];
    if (p->n == p->room) {
        int32_t room = p->room ? p->room * 2 : 16;
        Piece *list = realloc(p->list, sizeof(Piece) * (size_t)room);
        if (!list) return -1;
        p->list = list;
        p->room = room;
    }
    if (predicate >= w->n_predicates[kind]) {
        uint8_t *bytes = realloc(w->excluding[kind], (size_t)predicate + 1);
        if (!bytes) return -1;
        memset(bytes + w->n_predicates[kind], 0, (size_t)(predicate + 1 - w->n_predicates[kind]));
        w->excluding[kind] = bytes;
        w->n_predicates[kind] = predicate + 1;
    }
    Piece *piece = &p->list[p->n++];
    memset(piece, 0, sizeof(Piece));
    piece->formula = formula;
    piece->predicate = predicate;
    piece->n_from = n_from;
    piece->n_to = n_to;
    piece->remembers = n_from + n_to <= PIECE_KEY_MAX;
    for (int32_t i = 0; i < n_from + n_to && piece->remembers; i++) piece->at[i] = at[i];
    for (int32_t i = 0; i < n_from; i++) piece->reads |= at[i] < 64 ? 1ULL << at[i] : 0;
    return 0;
}

/* An invariant that follows from the initial predicate. */
WALK_EXPORT void walk_given(Walk *w, int32_t predicate) {
    Pieces *p = &w->pieces[INVARIANTS];
    for (int32_t i = 0; i < p->n; i++) if (p->list[i].predicate == predicate) p->list[i].given = 1;
}

/* Tell states apart by the value of a formula. */
WALK_EXPORT int walk_by_view(Walk *w, int32_t formula) {
    w->view = formula;
    w->met = calloc((size_t)(w->words + 1) << MET_BITS, sizeof(uint64_t));
    if (!w->met || store_init(&w->keys, 1)) return -1;
    w->by = BY_VIEW;
    return 0;
}

/* Take permuted states for one. */
WALK_EXPORT int walk_by_orbit(Walk *w, int32_t n_perms) {
    w->n_perms = n_perms;
    w->rank = malloc(sizeof(int32_t) * (size_t)(w->n ? w->n : 1));
    w->left = malloc(sizeof(uint32_t) * (size_t)n_perms);
    w->kept = malloc(sizeof(uint32_t) * (size_t)n_perms);
    w->met = calloc((size_t)(w->words + 1) << MET_BITS, sizeof(uint64_t));
    if (!w->rank || !w->left || !w->kept || !w->met || store_init(&w->keys, w->words)) return -1;
    for (int32_t i = 0; i < w->n; i++) w->rank[i] = i;
    w->by = BY_ORBIT;
    return 0;
}

/* ---- predicates ---- */

static inline uint64_t piece_hash(const Vid *ids, int32_t n) {
    uint64_t h = 0x9E3779B97F4A7C15ULL;
    for (int32_t i = 0; i < n; i++) h = (h ^ ids[i]) * 0xD6E8FEB86659FD93ULL;
    return h ^ (h >> 32);
}

/* Whether to go on remembering, and in how much room. */
static void piece_judge(Piece *p, int32_t stride) {
    if (p->hits * 4 < p->tries) {
        if (p->bits >= PIECE_BITS_MAX) p->remembers = 0;
        free(p->answers);
        p->answers = NULL;
        p->bits += 5;
        if (p->bits > PIECE_BITS_MAX) p->bits = PIECE_BITS_MAX;
    } else if (p->hits < p->tries - p->tries / 8 && p->bits < PIECE_BITS_MAX) {
        free(p->answers);
        p->answers = NULL;
        p->bits++;
    }
    p->tries = p->hits = 0;
    if (p->remembers && !p->answers) {
        p->answers = calloc((size_t)stride << p->bits, sizeof(uint32_t));
        if (!p->answers) p->remembers = 0;
    }
}

/* 1, 0, N_UNKNOWN, N_MEMORY. `t`: NULL for a piece that speaks of one state. */
static inline int piece_holds(Walk *w, Piece *p, const Vid *s, const Vid *t) {
    if (!p->remembers) return native_test(w->prog, p->formula, s, t);
    Vid ids[PIECE_KEY_MAX];
    int32_t n = p->n_from + p->n_to;
    for (int32_t i = 0; i < p->n_from; i++) ids[i] = s[p->at[i]];
    for (int32_t i = p->n_from; i < n; i++) ids[i] = t[p->at[i]];
    if (!p->answers || p->tries >= PIECE_WINDOW) {
        if (!p->bits) { p->bits = PIECE_BITS_MIN; p->tries = p->hits = 0; }
        piece_judge(p, n + 1);
        if (!p->remembers) return native_test(w->prog, p->formula, s, t);
    }
    p->tries++;
    uint32_t *slot = p->answers + (piece_hash(ids, n) >> 7 & ((1ULL << p->bits) - 1)) * (uint64_t)(n + 1);
    if (slot[0]) {
        int32_t i = 0;
        while (i < n && slot[i + 1] == ids[i]) i++;
        if (i == n) { p->hits++; return (int)slot[0] - 1; }
    }
    int holds = native_test(w->prog, p->formula, s, t);
    if (holds >= 0) {
        slot[0] = (uint32_t)holds + 1;
        for (int32_t i = 0; i < n; i++) slot[i + 1] = ids[i];
    }
    return holds;
}

/* Whether all predicates of a kind hold: 1, N_UNKNOWN, N_MEMORY, or 0 and which is the first that does not. `changed`: the
 * variables that may differ from those of a state where they all held. */
static inline int all_hold(Walk *w, int kind, const Vid *s, const Vid *t, uint64_t changed, int32_t *which) {
    Pieces *p = &w->pieces[kind];
    for (int32_t i = 0; i < p->n; i++) {
        Piece *piece = &p->list[i];
        if (piece->given && w->is_beginning) continue;
        if (!t && !(piece->reads & changed) && changed != ALL_CHANGED) continue;
        int holds = piece_holds(w, piece, s, t);
        if (holds != 1) { *which = piece->predicate; return holds; }
    }
    return 1;
}

/* ---- what tells states apart ---- */

/* Make known what the permutations make of a value. */
static int learn_orbit(Walk *w, Vid id) {
    if ((int64_t)id >= w->orbits_room) {
        int64_t room = w->orbits_room ? w->orbits_room : 1024;
        while (room <= (int64_t)id) room *= 2;
        Orbit *orbits = realloc(w->orbits, sizeof(Orbit) * (size_t)room);
        if (!orbits) return N_MEMORY;
        memset(orbits + w->orbits_room, 0, sizeof(Orbit) * (size_t)(room - w->orbits_room));
        w->orbits = orbits;
        w->orbits_room = room;
    }
    if (w->perms_n + w->n_perms > w->perms_room) {
        int64_t room = w->perms_room * 2 + w->n_perms + 1024;
        if (room > (int64_t)UINT32_MAX) return N_MEMORY;
        uint32_t *perms = realloc(w->perms, sizeof(uint32_t) * (size_t)room);
        if (!perms) return N_MEMORY;
        w->perms = perms;
        w->perms_room = room;
    }
    Orbit found = {UINT32_MAX, (uint32_t)w->perms_n, 0};
    for (int32_t k = 0; k < w->n_perms; k++) {
        Vid image;
        int code = native_permuted(w->prog, k, id, &image);
        if (code < 0) return code;
        if (found.n && image > found.least) continue;
        if (!found.n || image < found.least) { found.least = image; found.n = 0; }
        w->perms[found.begin + found.n++] = (uint32_t)k;
    }
    if (found.n < (uint32_t)w->n_perms) w->perms_n += found.n; /* all of them: need not be kept */
    w->orbits[id] = found;
    return 0;
}

/* How many permutations make the least of the images of a value: N_UNKNOWN, N_MEMORY where that cannot be told. */
WALK_EXPORT int walk_orbit(Walk *w, Vid id) {
    if ((int64_t)id < w->orbits_room && w->orbits[id].n) return (int)w->orbits[id].n;
    int code = learn_orbit(w, id);
    return code < 0 ? code : (int)w->orbits[id].n;
}

/* In which order the images of variables are compared, before there is any state: those that tell most first. */
WALK_EXPORT void walk_rank(Walk *w, const int32_t *rank) { memcpy(w->rank, rank, sizeof(int32_t) * (size_t)w->n); }

/* The least row that a permutation makes of a row, the variables compared in the order of `rank`. */
static int orbit_key(Walk *w, const Vid *row, Vid *key) {
    uint32_t n = 0;
    int all = 1; /* every permutation is still under consideration */
    const uint32_t *left = NULL;
    for (int32_t r = 0; r < w->n; r++) {
        int32_t v = w->rank[r];
        Vid id = row[v];
        if ((int64_t)id >= w->orbits_room || !w->orbits[id].n) {
            int code = learn_orbit(w, id);
            if (code < 0) return code;
        }
        const Orbit *o = &w->orbits[id];
        if (o->n == (uint32_t)w->n_perms) { key[v] = o->least; continue; } /* none moves it */
        if (all) {
            all = 0;
            n = o->n;
            memcpy(w->left, w->perms + o->begin, sizeof(uint32_t) * n);
            left = w->left;
            key[v] = o->least;
            continue;
        }
        Vid least = UINT32_MAX;
        uint32_t m = 0;
        for (uint32_t k = 0; k < n; k++) {
            Vid image;
            int code = native_permuted(w->prog, (int)left[k], id, &image);
            if (code < 0) return code;
            if (m && image > least) continue;
            if (!m || image < least) { least = image; m = 0; }
            w->kept[m++] = left[k];
        }
        key[v] = least;
        uint32_t *other = w->left;
        w->left = w->kept;
        w->kept = other;
        left = w->left;
        n = m;
    }
    return 0;
}

/* The words that tell a state from others, in `w->key`. */
static int make_key(Walk *w, const Vid *row) {
    Vid ids[2] = {0, 0};
    if (w->by == BY_VIEW) {
        int code = native_value(w->prog, w->view, row, NULL, &ids[0]);
        if (code < 0) return code;
        memcpy(w->key, ids, sizeof(ids));
        return 0;
    }
    memset(w->key, 0, sizeof(uint64_t) * (size_t)w->words);
    return w->by == BY_ORBIT ? orbit_key(w, row, (Vid *)w->key) : (memcpy(w->key, row, sizeof(Vid) * (size_t)w->n), 0);
}

/* The place of a row among those met of late: 1 + the number of its state (0: none), then the row. A state found stays. */
static inline uint64_t *met_at(const Walk *w, uint64_t hash) {
    return w->met + (hash >> (64 - MET_BITS)) * (uint64_t)(w->words + 1);
}

static inline int64_t met_number(const Walk *w, const uint64_t *row, uint64_t hash) {
    const uint64_t *place = met_at(w, hash);
    return *place && same_words(place + 1, row, w->words) ? (int64_t)*place - 1 : -1;
}

static inline void remember_row(Walk *w, const uint64_t *row, uint64_t hash, int64_t number) {
    uint64_t *place = met_at(w, hash);
    *place = (uint64_t)number + 1;
    memcpy(place + 1, row, sizeof(uint64_t) * (size_t)w->words);
}

static inline Store *index_of(Walk *w) { return w->by == BY_ROW ? &w->store : &w->keys; }
#endif
