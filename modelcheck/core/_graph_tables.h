/* Truth of atoms in packed states by looking up learnt rows: the tables. */
/* What was learnt under one mask: the masked words of a state (or of a step's two states) and an offset into the rows. */
typedef struct {
    int32_t n;
    int32_t *word;
    uint64_t *mask, *keys;
    int64_t *rows; /* offset + 1; 0: empty */
    uint64_t cap, used;
} Memo;

/* An instance of an action (they stand in order), or a piece of a predicate. */
typedef struct {
    Memo *memos;
    int32_t n;
    int32_t guard_word; /* does nothing in states without this bit; -1: none */
    uint64_t guard_bit;
    int32_t skip;       /* > 0: a gate; where its row says 0, go on at this piece */
    uint32_t filled;    /* misses answered natively */
    const int64_t *data; /* for that (_fill.h); NULL: it has to be asked for */
} Piece;

/* A leaf of a predicate's program, as in `_core.c`: a table, whether a bit is set, or whether a step's two states agree on
 * some (word, bits); and the place to go on at when it is true and when it is false, negative: TRUE (-1) or FALSE. */
typedef struct {
    int32_t kind, piece, word, yes, no, unused;
    uint64_t bits;
} Leaf;

typedef struct Tables Tables;
/* Puts a row; answers a miss (1: it has put one). */
typedef int (*PutPiece)(Tables *t, int32_t piece, int32_t n, const int32_t *word, const uint64_t *mask, const uint64_t *s,
                        const uint64_t *row, int64_t row_n);
typedef int (*FillPiece)(void *with, int kind, const int64_t *data, const uint64_t *s, const uint64_t *t, PutPiece put, Tables *tables,
                         int32_t piece);
enum { FILL_STEP = 2 };

struct Tables {
    Piece *pieces;
    int32_t n;
    Leaf *code;
    int32_t code_n;
    int32_t width;
    uint64_t *same;
    int32_t missed; /* the piece that has no row for the state a scan stopped at */
    int32_t missed_target; /* of steps: the other state */
    uint64_t *rows;
    int64_t row_n, row_cap;
    FillPiece fill;
    void *fill_with;
    int kind;
};

typedef void (*Fetch)(const void *core, int64_t state, uint64_t *words);

static void pieces_free(Tables *t) {
    for (int32_t i = 0; i < t->n; i++) {
        for (int32_t j = 0; j < t->pieces[i].n; j++) {
            Memo *m = &t->pieces[i].memos[j];
            free(m->word); free(m->mask); free(m->keys); free(m->rows);
        }
        free(t->pieces[i].memos);
    }
    free(t->pieces);
}

EXPORT Tables *graph_tables(int32_t pieces) {
    Tables *t = calloc(1, sizeof(Tables));
    Piece *list = calloc((size_t)(pieces ? pieces : 1), sizeof(Piece));
    if (!t || !list) { free(t); free(list); return NULL; }
    for (int32_t i = 0; i < pieces; i++) list[i].guard_word = -1;
    t->pieces = list;
    t->n = pieces;
    return t;
}

EXPORT void graph_tables_free(Tables *t) {
    if (!t) return;
    pieces_free(t);
    free(t->rows); free(t->code); free(t->same);
    free(t);
}

EXPORT int32_t graph_missed(const Tables *t) { return t->missed; }
EXPORT int32_t graph_missed_target(const Tables *t) { return t->missed_target; }

EXPORT void graph_guard(Tables *t, int32_t piece, int32_t word, uint64_t bit) {
    t->pieces[piece].guard_word = word;
    t->pieces[piece].guard_bit = bit;
}

EXPORT void graph_gate(Tables *t, int32_t piece, int32_t skip) { t->pieces[piece].skip = skip; }

/* The program of a predicate over states of `width` words. */
EXPORT int graph_program(Tables *t, int32_t width, const Leaf *code, int32_t n, const uint64_t *same, int64_t same_n) {
    t->width = width;
    t->code_n = n;
    t->code = malloc(sizeof(Leaf) * (size_t)(n ? n : 1));
    t->same = malloc(sizeof(uint64_t) * (size_t)(same_n ? same_n : 1) * 2);
    if (!t->code || !t->same) return -1;
    if (n) memcpy(t->code, code, sizeof(Leaf) * (size_t)n);
    if (same_n) memcpy(t->same, same, sizeof(uint64_t) * (size_t)same_n * 2); /* without any, `same` may be NULL */
    return 0;
}

static inline uint64_t hash_key(const Memo *m, const uint64_t *s) {
    uint64_t h = 0x8F1BBCDCBFA53E0BULL;
    for (int32_t i = 0; i < m->n; i++) {
        h = (h ^ (s[m->word[i]] & m->mask[i])) * 0x9E3779B97F4A7C15ULL;
        h ^= h >> 29;
    }
    h *= 0xBF58476D1CE4E5B9ULL;
    return h ^ (h >> 32);
}

/* The slot of a state's key. */
static inline uint64_t slot_of(const Memo *m, const uint64_t *s) {
    uint64_t h = hash_key(m, s) & (m->cap - 1);
    while (m->rows[h]) {
        const uint64_t *k = m->keys + h * (uint64_t)m->n;
        int32_t i = 0;
        while (i < m->n && k[i] == (s[m->word[i]] & m->mask[i])) i++;
        if (i == m->n) return h;
        h = (h + 1) & (m->cap - 1);
    }
    return h;
}

static const uint64_t *row_of(const Tables *t, const Piece *p, const uint64_t *s) {
    for (int32_t j = 0; j < p->n; j++) {
        int64_t row = p->memos[j].rows[slot_of(&p->memos[j], s)];
        if (row) return t->rows + row - 1;
    }
    return NULL;
}

static Memo *memo_of(Piece *p, int32_t n, const int32_t *word, const uint64_t *mask) {
    for (int32_t j = 0; j < p->n; j++) {
        Memo *m = &p->memos[j];
        if (m->n == n && !memcmp(m->word, word, sizeof(int32_t) * (size_t)n) && !memcmp(m->mask, mask, sizeof(uint64_t) * (size_t)n)) return m;
    }
    Memo *memos = realloc(p->memos, sizeof(Memo) * (size_t)(p->n + 1));
    if (!memos) return NULL;
    p->memos = memos;
    size_t size = (size_t)(n ? n : 1);
    Memo m = {n, malloc(sizeof(int32_t) * size), malloc(sizeof(uint64_t) * size), malloc(sizeof(uint64_t) * size * 16),
              calloc(16, sizeof(int64_t)), 16, 0};
    if (!m.word || !m.mask || !m.keys || !m.rows) { free(m.word); free(m.mask); free(m.keys); free(m.rows); return NULL; }
    memcpy(m.word, word, sizeof(int32_t) * (size_t)n);
    memcpy(m.mask, mask, sizeof(uint64_t) * (size_t)n);
    memos[p->n] = m;
    return &memos[p->n++];
}

static int grow_memo(Memo *m) {
    uint64_t cap = m->cap * 2, n = (uint64_t)m->n;
    uint64_t *keys = malloc(sizeof(uint64_t) * (n ? n : 1) * cap);
    int64_t *rows = calloc(cap, sizeof(int64_t));
    if (!keys || !rows) { free(keys); free(rows); return -1; }
    for (uint64_t old = 0; old < m->cap; old++) {
        if (!m->rows[old]) continue;
        uint64_t h = 0x8F1BBCDCBFA53E0BULL;
        for (uint64_t i = 0; i < n; i++) { h = (h ^ m->keys[old * n + i]) * 0x9E3779B97F4A7C15ULL; h ^= h >> 29; }
        h *= 0xBF58476D1CE4E5B9ULL;
        h = (h ^ (h >> 32)) & (cap - 1);
        while (rows[h]) h = (h + 1) & (cap - 1);
        memcpy(keys + h * n, m->keys + old * n, sizeof(uint64_t) * n);
        rows[h] = m->rows[old];
    }
    free(m->keys); free(m->rows);
    m->keys = keys; m->rows = rows; m->cap = cap;
    return 0;
}

/* A row for all states that agree with `s` on the mask. */
EXPORT int graph_put(Tables *t, int32_t piece, int32_t n, const int32_t *word, const uint64_t *mask, const uint64_t *s,
                     const uint64_t *row, int64_t row_n) {
    Memo *m = memo_of(&t->pieces[piece], n, word, mask);
    if (!m) return -1;
    if (t->row_n + row_n > t->row_cap) {
        int64_t cap = t->row_cap * 2 + row_n;
        uint64_t *rows = realloc(t->rows, sizeof(uint64_t) * (size_t)cap);
        if (!rows) return -1;
        t->rows = rows;
        t->row_cap = cap;
    }
    memcpy(t->rows + t->row_n, row, sizeof(uint64_t) * (size_t)row_n);
    if ((m->used + 1) * 2 > m->cap && grow_memo(m)) return -1;
    uint64_t h = slot_of(m, s);
    for (int32_t i = 0; i < n; i++) m->keys[h * (uint64_t)n + (uint64_t)i] = s[word[i]] & mask[i];
    m->used += !m->rows[h];
    m->rows[h] = t->row_n + 1;
    t->row_n += row_n;
    return 0;
}

/* Have misses answered by `fill_piece` (_fill.h). `kind`: of the pieces, as there. */
EXPORT void graph_fill(Tables *t, FillPiece fill, void *with, int kind) {
    t->fill = fill;
    t->fill_with = with;
    t->kind = kind;
}
/* What it is given for a piece; the caller keeps it. */
EXPORT void graph_piece(Tables *t, int32_t piece, const int64_t *data) { t->pieces[piece].data = data; }
EXPORT uint32_t graph_filled(const Tables *t, int32_t piece) { return t->pieces[piece].filled; }

/* The row of a piece in a state (over a step: two), learnt now if it can be; NULL: it has to be asked for. Where others
 * look things up meanwhile (not `alone`), it is not learnt. */
static inline const uint64_t *asked(Tables *t, int32_t piece, const uint64_t *words, const int alone) {
    Piece *p = &t->pieces[piece];
    const uint64_t *row = row_of(t, p, words);
    if (row || !alone || !t->fill || !p->data || (p->data[2] && p->filled >= p->data[2])) return row;
    p->filled++;
    if (t->fill(t->fill_with, t->kind, p->data, words, t->kind == FILL_STEP ? words + t->width : NULL, graph_put, t, piece) != 1) return NULL;
    return row_of(t, p, words);
}
