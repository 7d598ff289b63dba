/* What was found out in other states: parts of the next-state relation, and tests, remembered by what they read.
 *
 * Evaluation is deterministic: which variable is read first is the same in every state, which comes next depends on the
 * value of the first alone, and so on; what comes out in the end depends on all that was read. So a part's outcomes are
 * the leaves of a tree: at each fork a variable (or a name bound around the part) is asked for, and its value says
 * where to go on. A part that is left early asks for little. An outcome of an action is its steps: of each the
 * action's number, and the new values of all variables but those that are kept as they are.
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

/* What a fork asks for: variables have numbers below the width, then come the names. */
static inline val asked(const Node *n, const val *f, const val *state, int32_t ask, int32_t width) {
    return ask < width ? state[ask] : f[n->a[1 + ask - width]];
}
/* The end that this state and these names lead to, or NULL. */
static inline Fork *trie_find(const Trie *t, const Node *n, const val *f, const val *state, int32_t width) {
    if (!t->forks_n) return NULL;
    uint32_t at = 0;
    for (;;) {
        Fork *fork = &t->forks[at];
        if (fork->ask == TRIE_END) return fork;
        val word = asked(n, f, state, fork->ask, width);
        if (fork->word != word) {
            const Way *way = way_at(t, at, word);
            if (!way->fork) return NULL;
            fork->word = word;
            fork->to = way->to;
        }
        at = fork->to;
    }
}
/* The variables that were asked for on the way there. */
static void note_way(Prog *p, const Trie *t) {
    for (const Fork *fork = t->forks; fork->ask != TRIE_END; fork = &t->forks[fork->to])
        if (fork->ask < p->width) note_read(p, fork->ask);
}

/* ---- recording ---- */

static void record(Prog *p, Recording *r) {
    r->outer = p->recording;
    r->reads = p->reads;
    r->kept = p->kept_vars;
    r->log_at = p->log_n;
    r->n = 0;
    p->recording = r;
    p->reads = p->kept_vars = 0;
}
static void recorded(Prog *p, Recording *r) {
    p->recording = r->outer;
    p->reads = r->reads;
    p->kept_vars = r->kept;
    if (r->outer)
        for (int i = 0; i < r->n; i++) note_read(p, r->order[i]);
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

/* A new end for what was read: names first, then variables in their order. NULL: no room. What the tree asks for on the
 * way besides does no harm. */
static Fork *trie_put(Prog *p, Trie *t, const Node *n, const val *f, const val *state, const Recording *r) {
    int32_t width = p->width, names = n->i0, next = 0, all = names + r->n;
    if (trie_full(p, t, (uint32_t)all)) return NULL;
    uint64_t done = 0; /* variables asked for on this way */
    uint32_t at = 0, fresh = t->forks_n == 0;
    for (;;) {
        if (fresh) {
            val word = t->forks_n ? asked(n, f, state, t->forks[at].ask, width) : V_UNSET;
            if (t->forks_n && t->forks[at].ask < width && (!word || is_new(word))) return NULL;
            while (next < all && next >= names && done >> r->order[next - names] & 1) next++;
            uint32_t made = new_fork(t, next == all ? TRIE_END : next < names ? width + next : r->order[next - names]);
            next += next < all;
            if (made) { /* the way to it from the fork before */
                *way_at(t, at, word) = (Way){word, at + 1, made};
                t->ways_n++;
            }
            at = made;
        }
        Fork *fork = &t->forks[at];
        if (fork->ask == TRIE_END) return fork;
        if (fork->ask < width) done |= 1ull << fork->ask;
        else if (!fresh) next++; /* names come first in every order */
        if (!fresh || !at) {
            val word = asked(n, f, state, fork->ask, width);
            const Way *way = way_at(t, at, word);
            if (way->fork) { at = way->to; fresh = 0; continue; }
        }
        fresh = 1;
    }
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

/* ---- what several parts share: one value for each run of a tree, with what it reads. a: a slot for what may not be kept
 * so, because it has yet to read something itself; the variables read ---- */

static int shares(Prog *p, Node *n) {
    if (n->key != p->run) return 0;
    uint64_t unread = (uint64_t)n->a[1] & ~p->reads;
    for (; UNLIKELY(unread != 0); unread &= unread - 1) note_read(p, __builtin_ctzll(unread));
    return 1;
}
static val share(Prog *p, Node *n, val *f, int is_test) {
    Recording r;
    record(p, &r);
    val v = is_test ? BOOL(TEST(n->k[0], f)) : EVAL(n->k[0], f);
    uint64_t reads = p->reads;
    recorded(p, &r);
    if (is_obj(v) && obj(v)->kind > O_FN) { f[n->i0] = v; p->escapes++; return v; }
    n->key = p->run;
    n->a[1] = (int64_t)reads;
    if (is_new(v)) p->escapes++;
    return n->c = v;
}
static val e_shared(Node *n, val *f) {
    Prog *p = PROG(f);
    if (shares(p, n)) return n->c;
    return f[n->i0] ? f[n->i0] : share(p, n, f, 0);
}
static int t_shared(Node *n, val *f) {
    Prog *p = PROG(f);
    if (shares(p, n) || f[n->i0]) {
        val v = n->key == p->run ? n->c : f[n->i0];
        if (v == V_TRUE) return 1;
        if (v != V_FALSE) unknown(p);
        return 0;
    }
    return share(p, n, f, 1) == V_TRUE;
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

static int r_arm(Node *n, val *f) {
    Prog *p = PROG(f);
    if (UNLIKELY(!p->state_ids || f[F_STATE] != ref(p->state) || !names_persist(n, f))) return RUN(n->k[0], f);
    Trie *t = (Trie *)(uintptr_t)n->c;
    if (!t) n->c = ref(t = trie_new(p));
    if (t->idle) { t->idle--; return RUN(n->k[0], f); }
    if (t->tries == t->window && !trie_pays(t)) {
        trie_free(p, t);
        n->run = r_aside;
        n->c = 0;
        return RUN(n->k[0], f);
    }
    uint32_t which = t->tries++;
    int timed = which % TRIE_TIMED == 1;
    uint64_t began = timed ? ticks() : 0;
    Fork *end = trie_find(t, n, f, p->state, p->width);
    if (end) {
        t->hits++;
        if (which % TRIE_PLAIN == 0) { /* to compare with */
            began = ticks();
            int stop = RUN(n->k[0], f);
            spent(&t->plain, ticks() - began);
            return stop;
        }
        const uint32_t *out = t->out + end->to;
        if (UNLIKELY(p->recording != NULL)) {
            note_way(p, t);
            uint32_t size = out_size(out) - 1;
            if (size) memcpy(log_room(p, size), out + 1, sizeof(uint32_t) * size);
        }
        int stop = *out ? again(p, out) : 0;
        if (timed) spent(&t->found, ticks() - began);
        return stop;
    }
    Recording r;
    record(p, &r);
    val *own = own_frame(p, n, f);
    uint64_t before = timed ? ticks() : 0;
    int stop = RUN(n->k[0], own);
    uint64_t after = timed ? ticks() : 0;
    recorded(p, &r);
    if (!stop) {
        uint32_t steps = p->log_n > r.log_at, place = put_out(p, t, r.log_at);
        if ((place || !steps) && t->out && (end = trie_put(p, t, n, f, p->state, &r))) end->to = place;
    }
    if (!p->recording) p->log_n = 0;
    if (timed) spent(&t->missed, ticks() - after + (before - began));
    return stop;
}

/* ---- a test of the current state, which may be one still being built. a: as before ---- */

static int t_aside(Node *n, val *f) { return TEST(n->k[0], f); }

/* Whether what was read can be told apart by its words. */
static int reads_persist(const Recording *r, const val *state) {
    for (int i = 0; i < r->n; i++)
        if (!state[r->order[i]] || is_new(state[r->order[i]])) return 0;
    return 1;
}
static Fork *test_find(const Trie *t, const Node *n, const val *f, const val *state, int32_t width) {
    if (!t->forks_n) return NULL;
    uint32_t at = 0;
    for (;;) {
        Fork *fork = &t->forks[at];
        if (fork->ask == TRIE_END) return fork;
        val word = asked(n, f, state, fork->ask, width);
        if (fork->word != word || !word) {
            const Way *way = way_at(t, at, word);
            if (!way->fork) return NULL;
            fork->word = word;
            fork->to = way->to;
        }
        at = fork->to;
    }
}
static int t_traced(Node *n, val *f) {
    Prog *p = PROG(f);
    if (UNLIKELY(!f[F_STATE] || !names_persist(n, f))) return TEST(n->k[0], f);
    const val *state = STATE_OF(f, F_STATE);
    Trie *t = (Trie *)(uintptr_t)n->c;
    if (!t) n->c = ref(t = trie_new(p));
    if (t->idle) { t->idle--; return TEST(n->k[0], f); }
    if (t->tries == t->window && !trie_pays(t)) {
        trie_free(p, t);
        n->test = t_aside;
        n->c = 0;
        return TEST(n->k[0], f);
    }
    uint32_t which = t->tries++;
    int timed = which % TRIE_TIMED == 1;
    uint64_t began = timed ? ticks() : 0;
    Fork *end = test_find(t, n, f, state, p->width);
    if (end) {
        t->hits++;
        int yes = (int)end->to;
        if (UNLIKELY(p->recording != NULL)) note_way(p, t);
        if (timed) spent(&t->found, ticks() - began);
        if (which % TRIE_PLAIN) return yes;
        began = ticks(); /* to compare with */
        yes = TEST(n->k[0], f);
        spent(&t->plain, ticks() - began);
        return yes;
    }
    Recording r;
    record(p, &r);
    val *own = own_frame(p, n, f);
    uint64_t before = timed ? ticks() : 0;
    int yes = TEST(n->k[0], own);
    uint64_t after = timed ? ticks() : 0;
    recorded(p, &r);
    if (reads_persist(&r, state) && (end = trie_put(p, t, n, f, state, &r))) end->to = (uint32_t)yes;
    if (timed) spent(&t->missed, ticks() - after + (before - began));
    return yes;
}
#endif
