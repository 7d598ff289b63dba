/* Values remembered by what they depend on: a closed op that reads one to three variables, all of the state or all of the
 * next one, has the same value wherever those have the same words. What its words tell apart is persistent, so that equal
 * words are equal values; anything else is evaluated. Where few lookups hit, the node steps aside for good.
 */
#ifndef MODELCHECK_INTERP_MEMO_H
#define MODELCHECK_INTERP_MEMO_H
#include "_interp.h"

enum { KEPT_KEY_MAX = 3, KEPT_BITS_MIN = 6, KEPT_BITS_MAX = 12, KEPT_WINDOW = 1024 };
/* slots: the words of the variables, then the value (0: none) */
typedef struct { uint32_t bits, tries, hits; val *slots; } Kept;

/* What a node remembers; how well that goes is looked at now and then. */
static Kept *kept_of(Node *n, Prog *p, size_t stride) {
    Kept *m = (Kept *)(uintptr_t)n->c;
    if (m && m->tries < KEPT_WINDOW) return m;
    if (!m) {
        m = keep_room(p, sizeof(Kept));
        memset(m, 0, sizeof(Kept));
        m->bits = KEPT_BITS_MIN - 1;
        n->c = ref(m);
    }
    int few = m->hits < m->tries / 2, all = m->hits >= m->tries - m->tries / 16;
    if (m->bits >= KEPT_BITS_MAX && few) { n->a[1] = 0; return m; } /* nothing to gain */
    if ((!m->tries || !all) && m->bits < KEPT_BITS_MAX) {
        m->bits = m->tries && few ? m->bits + 3 : m->bits + 1;
        if (m->bits > KEPT_BITS_MAX) m->bits = KEPT_BITS_MAX;
        m->slots = keep_room(p, (sizeof(val) * stride) << m->bits);
        memset(m->slots, 0, (sizeof(val) * stride) << m->bits);
    }
    m->tries = m->hits = 0;
    return m;
}

/* Where the words are that tell the values apart. */
static inline const val *kept_words(Node *n, val *f) { return n->i0 == F_PROG ? f : STATE_OF(f, n->i0); }

/* The place for the value in this state, or NULL. a: which state (F_STATE or F_TARGET), how many variables, and those; with
 * F_PROG the slots of names. */
static val *kept_place(Node *n, val *f) {
    if (!n->a[1] || UNLIKELY(n->i0 != F_PROG && !f[n->i0])) return NULL;
    const val *state = kept_words(n, f);
    val key[KEPT_KEY_MAX];
    size_t k = (size_t)n->a[1];
    uint64_t unread = n->i0 == F_STATE ? ~PROG(f)->reads : n->i0 == F_TARGET ? PROG(f)->kept_vars & ~PROG(f)->reads : 0;
    for (size_t i = 0; UNLIKELY(unread != 0) && i < k; i++)
        if (unread >> n->a[2 + i] & 1) {
            if (PROG(f)->recording->fine) return NULL; /* to be read element by element */
            note_read(PROG(f), n->a[2 + i]);
        }
    uint64_t h = 0;
    for (size_t i = 0; i < k; i++) {
        val v = key[i] = state[n->a[2 + i]];
        if (!v || is_new(v)) return NULL;
        h = (h ^ v) * 0x9E3779B97F4A7C15ULL;
    }
    Kept *m = kept_of(n, PROG(f), k + 1);
    if (!n->a[1]) return NULL;
    m->tries++;
    val *slot = m->slots + (h >> (64 - m->bits)) * (k + 1);
    for (size_t i = 0; i < k; i++)
        if (slot[i] != key[i]) {
            memcpy(slot, key, sizeof(val) * k);
            slot[k] = 0;
            return slot + k;
        }
    m->hits += slot[k] != 0;
    return slot + k;
}

/* The same place after an evaluation; NULL where it is another state's by now. */
static val *kept_again(Node *n, val *f, val *place) {
    if (!place) return NULL;
    const val *state = kept_words(n, f);
    size_t k = (size_t)n->a[1];
    for (size_t i = 0; i < k; i++)
        if (place[(int64_t)i - (int64_t)k] != state[n->a[2 + i]]) return NULL;
    return k ? place : NULL;
}

static val e_kept(Node *n, val *f) {
    val *place = kept_place(n, f);
    if (place && *place) return *place;
    val v = EVAL(n->k[0], f);
    if (!place || (is_obj(v) && obj(v)->kind > O_FN)) return v;
    v = persist(PROG(f), v);
    place = kept_again(n, f, place); /* what was evaluated may have come here, too */
    if (place) *place = v;
    return v;
}

static int t_kept(Node *n, val *f) {
    val *place = kept_place(n, f);
    if (place && *place) return *place == V_TRUE;
    int yes = TEST(n->k[0], f);
    place = kept_again(n, f, place);
    if (place) *place = BOOL(yes);
    return yes;
}
#endif
