/* What is read of functions, element by element: for the parts of an action or a test that are remembered by what they
 * read (_interp_parts.h).
 *
 * A spot is an element of a function of one shape: a variable's, a shared value's (one that is evaluated once for each
 * state), or another spot's. Its word is the element, or none where the function is of another shape: whoever has read
 * the element has seen the shape, too. While a recording is fine, a function that is read stays seen (an O_RULE without
 * a node: where it comes from, the function, its domain): what is applied to it is noted as a spot, and only what needs
 * all of it notes it whole.
 */
#ifndef MODELCHECK_INTERP_SEEN_H
#define MODELCHECK_INTERP_SEEN_H
#include "_interp_setops.h"

enum { FINE = 1 << 30, SPOT_SHAPE = -1, SPOT_WHOLE = -2, FROM_SHARED = 64, FROM_SPOT = 1 << 20, SPOTS_MAX = 1 << 18 };

/* `from`: a variable, FROM_SHARED + a shared value's number, FROM_SPOT + a spot. */
typedef struct { int32_t from, place; val shape; } Spot;
typedef struct Spots {
    Spot *list;
    uint64_t *seen;  /* by spot: the recording that has noted it last */
    uint32_t *index; /* open addressing: 1 + a spot */
    Node **shared;
    uint32_t n, cap, mask, n_shared, cap_shared;
    uint64_t recordings;
} Spots;

static void spots_free(Prog *p) {
    if (!p->spots) return;
    free(p->spots->list);
    free(p->spots->seen);
    free(p->spots->index);
    free(p->spots->shared);
    free(p->spots);
    p->spots = NULL;
}
static Spots *spots_of(Prog *p) {
    if (!p->spots && !(p->spots = calloc(1, sizeof(Spots)))) no_memory(p);
    return p->spots;
}

/* ---- notes ---- */

static inline int is_fine(const Prog *p) { return p->recording && p->recording->fine; }

static inline void note_order(Recording *r, int32_t ask) {
    if (r->n < NOTED_MAX) r->order[r->n++] = ask;
    else r->many = 1;
}
static void note_read(Prog *p, int64_t variable) {
    uint64_t bit = 1ull << (variable & 63);
    if (p->reads & bit) return;
    p->reads |= bit;
    p->recording->vars |= bit;
    note_order(p->recording, (int32_t)variable);
}
static void note_vars(Prog *p, uint64_t vars) {
    for (vars &= ~p->reads; vars; vars &= vars - 1) note_read(p, __builtin_ctzll(vars));
}

static uint64_t shared_reads(const Spots *s, int32_t number);
/* The variables that a spot depends on. */
static uint64_t root_vars(const Spots *s, int32_t from) {
    while (from >= FROM_SPOT) from = s->list[from - FROM_SPOT].from;
    return from < FROM_SHARED ? 1ull << from : shared_reads(s, from - FROM_SHARED);
}
static void note_spot(Prog *p, int32_t spot) {
    Spots *s = p->spots;
    Recording *r = p->recording;
    if (s->seen[spot] == r->number) return;
    s->seen[spot] = r->number;
    r->vars |= root_vars(s, s->list[spot].from);
    note_order(r, FINE | spot);
}

/* What a fork asks for, noted. */
static void note_ask(Prog *p, int32_t ask) {
    if (ask < FINE) note_read(p, ask);
    else if (p->recording->fine) note_spot(p, ask - FINE);
    else note_vars(p, root_vars(p->spots, p->spots->list[ask - FINE].from));
}

static int more_spots(Spots *s) {
    uint32_t cap = s->cap ? s->cap * 2 : 64, size = cap * 2;
    if (cap > SPOTS_MAX) return -1;
    Spot *list = realloc(s->list, sizeof(Spot) * cap);
    if (list) s->list = list;
    uint64_t *seen = realloc(s->seen, sizeof(uint64_t) * cap);
    if (seen) s->seen = seen;
    uint32_t *index = calloc(size, sizeof(uint32_t));
    if (!list || !seen || !index) { free(index); return -1; }
    free(s->index);
    s->index = index;
    s->mask = size - 1;
    s->cap = cap;
    return 0;
}
static inline uint32_t spot_home(const Spots *s, int32_t from, int32_t place, val shape) {
    uint64_t h = mix(mix((uint64_t)(uint32_t)from << 32 | (uint32_t)place, shape), 0);
    return (uint32_t)(h >> 32) & s->mask;
}
/* The number of a spot; -1: there are too many. */
static int32_t find_spot(Prog *p, int32_t from, int32_t place, val shape) {
    Spots *s = spots_of(p);
    for (int again = 0; again < 2; again++) {
        uint32_t at = s->index ? spot_home(s, from, place, shape) : 0;
        for (; s->index && s->index[at]; at = (at + 1) & s->mask) {
            Spot *q = &s->list[s->index[at] - 1];
            if (q->from == from && q->place == place && q->shape == shape) return (int32_t)s->index[at] - 1;
        }
        if (s->n < s->cap) {
            s->list[s->n] = (Spot){from, place, shape};
            s->seen[s->n] = 0;
            s->index[at] = ++s->n;
            return (int32_t)s->n - 1;
        }
        if (more_spots(s)) return -1;
        for (uint32_t i = 0; i < s->n; i++) {
            Spot *q = &s->list[i];
            uint32_t home = spot_home(s, q->from, q->place, q->shape);
            while (s->index[home]) home = (home + 1) & s->mask;
            s->index[home] = i + 1;
        }
    }
    return -1;
}

/* ---- functions that are seen ---- */

static inline int is_seen(val v) { return is_kind(v, O_RULE) && !obj(v)->e[0]; }
static inline val shape_of(const Obj *f) { return f->kind == O_FN ? f->e[0] : raw_int(f->n); }

/* A function as it is read in a fine recording; `v` itself where nothing is gained. */
static val seen_from(Prog *p, int32_t from, val v) {
    Obj *f = obj(v), *o = new_obj(p, O_RULE, (uint32_t)from, 4);
    o->e[0] = V_UNSET;
    o->e[1] = v;
    o->e[2] = f->kind == O_FN ? f->e[0] : new_interval(p, 1, f->n);
    o->e[3] = V_UNSET;
    return ref(o);
}
static inline int can_be_seen(val v) {
    if (!is_fn(v) || !obj(v)->n) return 0;
    return obj(v)->kind == O_SEQ || (obj(obj(v)->e[0])->flags & PERSISTENT);
}
/* All of it. */
static val seen_whole(Prog *p, val v) {
    Obj *o = obj(v);
    int32_t from = (int32_t)o->n;
    if (!p->recording) return o->e[1];
    if (from >= FROM_SPOT && p->recording->fine) note_spot(p, from - FROM_SPOT);
    else note_vars(p, root_vars(p->spots, from));
    return o->e[1];
}
static inline val unseen(Prog *p, val v) { return UNLIKELY(is_seen(v)) ? seen_whole(p, v) : v; }

/* What is read of it at a place: the spot is noted, unless that is a function that stays seen. */
static val seen_place(Prog *p, val v, int32_t place) {
    Obj *o = obj(v), *f = obj(o->e[1]);
    int32_t spot = is_fine(p) ? find_spot(p, (int32_t)o->n, place, place < 0 ? V_UNSET : shape_of(f)) : -1;
    val e = place < 0 ? o->e[2] : values(f)[place];
    if (spot < 0) seen_whole(p, v);
    else if (place >= 0 && can_be_seen(e)) return seen_from(p, FROM_SPOT + spot, e);
    else note_spot(p, spot);
    return e;
}
/* A variable that is read for the first time in a recording. */
static val first_read(Prog *p, int32_t variable, val v) {
    if (p->recording->fine && can_be_seen(v)) return seen_from(p, variable, v);
    note_read(p, variable);
    return v;
}
#endif
