/* What was found out in other states: parts of the next-state relation, and tests, remembered by what they read.
 *
 * Evaluation is deterministic: which variable is read first is the same in every state, which comes next depends on the
 * value of the first alone, and so on; what comes out in the end depends on all that was read. So a part's outcomes are
 * the leaves of a tree: at each fork a variable (or a name bound around the part) is asked for, and its value says
 * where to go on. A part that is left early asks for little. An outcome of an action is its steps: of each the
 * action's number, and the new values of all variables but those that are kept as they are.
 *
 * Tests, and values, are remembered likewise by the elements of functions that they read: _interp_parts.h.
 *
 * Words of persistent values, numbers and atoms are equal where the values are. A part evaluates in a frame of its own,
 * so that nothing it uses has been read before the recording began; what is remembered across states (`kept`) notes its
 * variables each time. Where too few lookups hit, the node steps aside for good. Answers that are not known are not kept.
 */
#ifndef MODELCHECK_INTERP_ARMS_H
#define MODELCHECK_INTERP_ARMS_H
#include "_interp_steps.h"

#include <time.h>

enum { TRIE_WINDOW = 512, TRIE_TRIALS = 6, TRIE_PLAIN = 64, TRIE_TIMED = 8, TRIE_WAYS_MIN = 64, TRIE_WAYS_MAX = 1 << 22, TRIE_END = -1 };
#define TRIE_BYTES ((size_t)48 << 20) /* of all of a program's together */

typedef struct { val word; uint32_t fork, to; } Way;              /* fork: 1 + its number; 0: free */
typedef struct { val word; int32_t ask; uint32_t to; } Fork;      /* what is asked; the way taken last; an end's outcome */
typedef struct { uint64_t ticks, n; } Spent;
typedef struct Trie {
    struct Trie **before, *next;
    Way *ways;
    Fork *forks;
    uint32_t *out; /* outcomes of actions: how many steps; for each its action, how many values, variables and ids */
    uint32_t ways_mask, ways_n, forks_n, forks_cap, out_n, out_cap, tries, hits, window, trials;
    Spent plain, found, missed; /* by evaluating what a lookup finds, by such lookups, and besides evaluating by others */
    int32_t idle; /* so many lookups are left out */
    uint64_t busy; /* the run that looks something up in it just now: what is shared may come here again meanwhile */
} Trie;

static void trie_free(Prog *p, Trie *t) {
    if (t->ways) p->trie_bytes -= sizeof(Way) * ((size_t)t->ways_mask + 1);
    p->trie_bytes -= sizeof(Fork) * t->forks_cap + sizeof(uint32_t) * t->out_cap + sizeof(Trie);
    *t->before = t->next;
    if (t->next) t->next->before = t->before;
    free(t->ways);
    free(t->forks);
    free(t->out);
    free(t);
}
static void tries_free(Prog *p) {
    while (p->tries) trie_free(p, p->tries);
}
static Trie *trie_new(Prog *p) {
    Trie *t = calloc(1, sizeof(Trie));
    if (!t) no_memory(p);
    t->before = &p->tries;
    t->next = p->tries;
    t->window = TRIE_WINDOW;
    if (t->next) t->next->before = &t->next;
    p->tries = t;
    p->trie_bytes += sizeof(Trie);
    return t;
}

/* ---- looking up ---- */

static inline uint64_t way_hash(uint32_t fork, val word) {
    uint64_t h = (word ^ (uint64_t)fork << 40) * 0x9E3779B97F4A7C15ull;
    return h ^ (h >> 32);
}
static inline Way *way_at(const Trie *t, uint32_t fork, val word) {
    uint64_t at = way_hash(fork, word) & t->ways_mask;
    while (t->ways[at].fork && (t->ways[at].fork != fork + 1 || t->ways[at].word != word)) at = (at + 1) & t->ways_mask;
    return &t->ways[at];
}

/* What a fork asks for: variables have numbers below the width, then come the names; spots are asked for elsewhere. */
static inline val asked(const Node *n, const val *f, const val *state, int32_t ask, int32_t width) {
    return ask < width ? state[ask] : f[n->a[1 + ask - width]];
}
/* The variables, and spots, that were asked for on the way there. */
static void note_way(Prog *p, const Trie *t) {
    for (const Fork *fork = t->forks; fork->ask != TRIE_END; fork = &t->forks[fork->to])
        if (fork->ask < p->width || fork->ask >= FINE) note_ask(p, fork->ask);
}

/* ---- recording ---- */

static void record(Prog *p, Recording *r, int fine) {
    r->outer = p->recording;
    r->reads = p->reads;
    r->kept = p->kept_vars;
    r->vars = 0;
    r->number = fine ? ++spots_of(p)->recordings : 0;
    r->log_at = p->log_n;
    r->fine = fine;
    r->many = r->n = 0;
    p->recording = r;
    p->reads = p->kept_vars = 0;
}
/* As it was before; nothing of it is noted around it. */
static void unrecorded(Prog *p, const Recording *r) {
    p->recording = r->outer;
    p->reads = r->reads;
    p->kept_vars = r->kept;
}
static void recorded(Prog *p, const Recording *r) {
    unrecorded(p, r);
    if (!r->outer) return;
    for (int i = 0; i < r->n; i++) note_ask(p, r->order[i]);
    if (!r->many) return;
    if (r->outer->fine) r->outer->many = 1;
    note_vars(p, r->vars);
}

static int more_forks(Prog *p, Trie *t) {
    uint32_t cap = t->forks_cap ? t->forks_cap * 2 : 16;
    Fork *grown = realloc(t->forks, sizeof(Fork) * cap);
    if (!grown) return -1;
    p->trie_bytes += sizeof(Fork) * (cap - t->forks_cap);
    t->forks = grown;
    t->forks_cap = cap;
    return 0;
}
static int more_ways(Prog *p, Trie *t) {
    uint32_t size = t->ways ? (t->ways_mask + 1) * 2 : TRIE_WAYS_MIN;
    Way *old = t->ways, *ways = size <= TRIE_WAYS_MAX ? calloc(size, sizeof(Way)) : NULL;
    if (!ways) return -1;
    uint32_t had = old ? t->ways_mask + 1 : 0;
    t->ways = ways;
    t->ways_mask = size - 1;
    for (uint32_t i = 0; i < had; i++)
        if (old[i].fork) *way_at(t, old[i].fork - 1, old[i].word) = old[i];
    free(old);
    p->trie_bytes += sizeof(Way) * (size - had);
    return 0;
}
static int trie_full(Prog *p, Trie *t, uint32_t deep) {
    if (p->trie_bytes > TRIE_BYTES) return 1;
    while (t->forks_n + deep + 2 > t->forks_cap) if (more_forks(p, t)) return 1;
    while (!t->ways || (uint64_t)(t->ways_n + deep + 2) * 2 > t->ways_mask) if (more_ways(p, t)) return 1;
    return 0;
}
static uint32_t new_fork(Trie *t, int32_t ask) {
    t->forks[t->forks_n] = (Fork){V_UNSET, ask, 0};
    return t->forks_n++;
}

/* Time as it is counted here: only lengths that are compared matter. */
static inline uint64_t ticks(void) {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
#endif
}
static inline void spent(Spent *s, uint64_t took) {
    if (s->n >= 8 && took * s->n > s->ticks * 8) took = s->ticks * 8 / s->n; /* something else ran meanwhile */
    s->ticks += took;
    s->n++;
}
static double each(Spent *s) {
    double cost = s->n ? (double)s->ticks / (double)s->n : 0;
    s->ticks /= 2; /* what is new counts more */
    s->n /= 2;
    return cost;
}

/* At the end of a window: where remembering takes longer than it saves, the next lookups are left out, more of them each
 * time; at last all. */
static int trie_pays(Trie *t) {
    double share = (double)t->hits / t->tries, saved = each(&t->plain) - each(&t->found), more = each(&t->missed);
    uint32_t tries = t->tries;
    t->tries = t->hits = 0;
    if (share * saved > (1 - share) * more) return 1;
    if (++t->trials == TRIE_TRIALS) return 0;
    t->idle = (int32_t)(tries * (saved > 0 && share > 0.25 ? 4 : 16));
    t->window *= 2;
    return 1;
}
static inline int names_persist(const Node *n, const val *f) {
    for (int32_t i = 1; i <= n->i0; i++)
        if (is_new(f[n->a[i]])) return 0;
    return 1;
}
static val *own_frame(Prog *p, const Node *n, const val *f) {
    val *own = new_frame(p, f[F_SIZE]);
    own[F_STATE] = f[F_STATE];
    own[F_TARGET] = f[F_TARGET];
    for (int32_t i = 1; i <= n->i0; i++) own[n->a[i]] = f[n->a[i]];
    return own;
}

/* ---- a part of an action, at its beginning. a: how many names are bound around it, their slots ---- */

static int r_aside(Node *n, val *f) { return RUN(n->k[0], f); }

static int again(Prog *p, const uint32_t *out) {
    uint32_t steps = *out++;
    for (; steps; steps--) {
        uint32_t action = *out++, n = *out++;
        Vid ids[64];
        memcpy(ids, p->state_ids, sizeof(Vid) * (size_t)p->width);
        for (uint32_t i = 0; i < n; i++) ids[out[2 * i]] = out[2 * i + 1];
        out += 2 * n;
        int r = p->emit(p->emit_ctx, ids, (int)action);
        if (r) return r;
    }
    return 0;
}
static uint32_t out_size(const uint32_t *out) {
    uint32_t at = 1;
    for (uint32_t steps = out[0]; steps; steps--) at += 2 + 2 * out[at + 1];
    return at;
}

/* Keep what was logged as an outcome; its place, or 0 without room. (At 0 there is the one without steps.) */
static uint32_t put_out(Prog *p, Trie *t, uint32_t from) {
    uint32_t n = p->log_n - from, steps = 0;
    for (uint32_t at = from; at < p->log_n; steps++) at += 2 + 2 * p->log[at + 1];
    if (t->out_n + n + 2 > t->out_cap) {
        uint32_t cap = (t->out_cap + n + 2) * 2;
        uint32_t *grown = realloc(t->out, sizeof(uint32_t) * cap);
        if (!grown) return 0;
        p->trie_bytes += sizeof(uint32_t) * (cap - t->out_cap);
        t->out = grown;
        t->out_cap = cap;
    }
    if (!t->out_n) t->out[t->out_n++] = 0;
    if (!steps) return 0;
    uint32_t place = t->out_n;
    t->out[t->out_n++] = steps;
    memcpy(t->out + t->out_n, p->log + from, sizeof(uint32_t) * n);
    t->out_n += n;
    return place;
}
#endif
