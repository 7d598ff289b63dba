/* Tests of the current state, and parts of values, remembered by what they read: see _interp_arms.h. What is asked for here
 * may be an element of a function (_interp_seen.h), so that a part which reads few of them is evaluated once for each
 * combination of those; and what several parts share, evaluated once for each state, is read element by element, too.
 *
 * A lookup evaluates what is shared only where the part itself would come to it, all answers before being the same.
 */
#ifndef MODELCHECK_INTERP_PARTS_H
#define MODELCHECK_INTERP_PARTS_H
#include "_interp_arms.h"

/* ---- what several parts share: one value for each run of a tree, with what it reads. a: a slot for what may not be kept
 * so, because it has yet to read something itself; the variables read. `place`: 1 + its number among the spots' ---- */

static uint64_t shared_reads(const Spots *s, int32_t number) { return (uint64_t)s->shared[number]->a[1]; }

/* Evaluate it; what it reads is noted only where it may not be kept, or if it is `noted`. */
static val share(Prog *p, Node *n, val *f, int is_test, int noted) {
    Recording r;
    record(p, &r, 0);
    val v = is_test ? BOOL(TEST(n->k[0], f)) : EVAL(n->k[0], f);
    uint64_t reads = p->reads;
    if (is_obj(v) && obj(v)->kind > O_FN) {
        recorded(p, &r);
        f[n->i0] = v;
        p->escapes++;
        return v;
    }
    if (noted) recorded(p, &r); else unrecorded(p, &r);
    n->key = p->run;
    n->a[1] = (int64_t)reads;
    if (is_new(v)) p->escapes++;
    return n->c = v;
}
static int32_t shared_number(Prog *p, Node *n) {
    Spots *s = spots_of(p);
    if (n->place) return (int32_t)n->place - 1;
    if (s->n_shared == s->cap_shared) {
        uint32_t cap = s->cap_shared ? s->cap_shared * 2 : 16;
        Node **grown = realloc(s->shared, sizeof(Node *) * cap);
        if (!grown) no_memory(p);
        s->shared = grown;
        s->cap_shared = cap;
    }
    s->shared[s->n_shared++] = n;
    n->place = s->n_shared;
    return (int32_t)n->place - 1;
}
static val fine_shared(Prog *p, Node *n, val *f) {
    if (n->key != p->run) {
        if (f[n->i0]) return f[n->i0];
        val v = share(p, n, f, 0, 0);
        if (n->key != p->run) return v;
    }
    int32_t from = FROM_SHARED + shared_number(p, n), spot = -1;
    if (from < FROM_SPOT && can_be_seen(n->c)) return seen_from(p, from, n->c);
    if (from < FROM_SPOT && !is_new(n->c)) spot = find_spot(p, from, SPOT_WHOLE, V_UNSET);
    if (spot >= 0) note_spot(p, spot);
    else note_vars(p, (uint64_t)n->a[1]);
    return n->c;
}
static val e_shared(Node *n, val *f) {
    Prog *p = PROG(f);
    if (UNLIKELY(is_fine(p))) return fine_shared(p, n, f);
    if (n->key == p->run) {
        if (p->recording) note_vars(p, (uint64_t)n->a[1]);
        return n->c;
    }
    return f[n->i0] ? f[n->i0] : share(p, n, f, 0, 1);
}
static int t_shared(Node *n, val *f) {
    Prog *p = PROG(f);
    val v;
    if (UNLIKELY(is_fine(p)) || n->key == p->run || f[n->i0]) v = e_shared(n, f);
    else v = share(p, n, f, 1, 1);
    if (v == V_TRUE) return 1;
    if (v != V_FALSE) unknown(p);
    return 0;
}

/* ---- asking ---- */

static val at_spot(Prog *p, val *f, const val *state, int32_t spot) {
    const Spot *q = &p->spots->list[spot];
    int32_t place = q->place, from = q->from;
    val shape = q->shape, v;
    if (LIKELY(from < FROM_SHARED)) v = state[from];
    else if (from >= FROM_SPOT) v = at_spot(p, f, state, from - FROM_SPOT);
    else {
        Node *n = p->spots->shared[from - FROM_SHARED];
        if (n->key != p->run) share(p, n, f, 0, 0);
        v = n->key == p->run ? n->c : V_UNSET;
        if (place == SPOT_WHOLE) return v;
    }
    if (!v || !is_obj(v)) return V_UNSET;
    const Obj *o = obj(v);
    if (o->kind == O_FN) return place < 0 ? o->e[0] : o->e[0] == shape ? o->e[1 + place] : V_UNSET;
    if (o->kind == O_SEQ) return place < 0 ? raw_int(o->n) : raw_int(o->n) == shape ? o->e[place] : V_UNSET;
    return V_UNSET;
}
static inline val word_of(Prog *p, const Node *n, val *f, const val *state, int32_t ask) {
    return ask >= FINE ? at_spot(p, f, state, ask - FINE) : asked(n, f, state, ask, p->width);
}
/* The end that this state and these names lead to, or NULL. */
static inline Fork *part_find(Prog *p, Trie *t, const Node *n, val *f, const val *state) {
    if (!t->forks_n) return NULL;
    t->busy = p->run;
    Fork *fork = t->forks;
    while (fork->ask != TRIE_END) {
        val word = word_of(p, n, f, state, fork->ask);
        if (fork->word != word || !word) {
            const Way *way = way_at(t, (uint32_t)(fork - t->forks), word);
            if (!way->fork) { fork = NULL; break; }
            fork->word = word;
            fork->to = way->to;
        }
        fork = &t->forks[fork->to];
    }
    t->busy = 0;
    return fork;
}

enum { PATH_MAX_ASKS = 2 * NOTED_MAX };
/* What comes after these on a way to a new end. */
static int32_t next_ask(const int32_t *done, int done_n, int32_t names, int32_t width, const Recording *r, int32_t *next) {
    for (; *next < names + r->n; ++*next) {
        int32_t ask = *next < names ? width + *next : r->order[*next - names];
        int i = 0;
        while (i < done_n && done[i] != ask) i++;
        if (i == done_n) return ask;
    }
    return TRIE_END;
}
/* A new end for what was read, or NULL: where words do not tell values apart, and without room. */
static Fork *part_put(Prog *p, Trie *t, const Node *n, val *f, const val *state, const Recording *r) {
    if (r->many || trie_full(p, t, (uint32_t)(n->i0 + r->n))) return NULL;
    int32_t done[PATH_MAX_ASKS], next = 0;
    int done_n = 0;
    Fork *end = NULL;
    t->busy = p->run;
    if (!t->forks_n) new_fork(t, next_ask(done, 0, n->i0, p->width, r, &next));
    for (uint32_t at = 0;;) {
        Fork *fork = &t->forks[at];
        if (fork->ask == TRIE_END) { end = fork; break; }
        val word = word_of(p, n, f, state, fork->ask);
        if (done_n == PATH_MAX_ASKS || is_new(word) || (!word && fork->ask < p->width)) break;
        done[done_n++] = fork->ask;
        Way *way = way_at(t, at, word);
        if (!way->fork) {
            uint32_t made = new_fork(t, next_ask(done, done_n, n->i0, p->width, r, &next));
            *way = (Way){word, at + 1, made};
            t->ways_n++;
        }
        at = way->to;
    }
    t->busy = 0;
    return end;
}

/* ---- a part of an action ---- */

static int r_arm(Node *n, val *f) {
    Prog *p = PROG(f);
    if (UNLIKELY(!p->state_ids || f[F_STATE] != ref(p->state) || !names_persist(n, f))) return RUN(n->k[0], f);
    Trie *t = (Trie *)(uintptr_t)n->c;
    if (!t) n->c = ref(t = trie_new(p));
    if (UNLIKELY(t->busy == p->run)) return RUN(n->k[0], f);
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
    Fork *end = part_find(p, t, n, f, p->state);
    if (end) {
        t->hits++;
        if (which % TRIE_PLAIN == 0) { /* to compare with */
            began = ticks();
            int stop = RUN(n->k[0], f);
            if (n->c) spent(&t->plain, ticks() - began);
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
    record(p, &r, 1);
    val *own = own_frame(p, n, f);
    uint64_t before = timed ? ticks() : 0;
    int stop = RUN(n->k[0], own);
    uint64_t after = timed ? ticks() : 0;
    recorded(p, &r);
    if (!n->c) return stop; /* it came here again, and that was the end of it */
    if (!stop) {
        uint32_t steps = p->log_n > r.log_at, place = put_out(p, t, r.log_at);
        if ((place || !steps) && t->out && (end = part_put(p, t, n, f, p->state, &r))) end->to = place;
    }
    if (!p->recording) p->log_n = 0;
    if (timed) spent(&t->missed, ticks() - after + (before - began));
    return stop;
}

/* ---- tests and values of the current state, which may be one still being built. a: names, as for arms ---- */

static int t_aside(Node *n, val *f) { return TEST(n->k[0], f); }
static val e_aside(Node *n, val *f) { return EVAL(n->k[0], f); }

static inline val plainly(Node *n, val *f, int is_test) { return is_test ? BOOL(TEST(n->k[0], f)) : EVAL(n->k[0], f); }

static inline val traced(Node *n, val *f, const int is_test) {
    Prog *p = PROG(f);
    if (UNLIKELY(!f[F_STATE] || !names_persist(n, f))) return plainly(n, f, is_test);
    const val *state = STATE_OF(f, F_STATE);
    Trie *t = (Trie *)(uintptr_t)n->c;
    if (!t) n->c = ref(t = trie_new(p));
    if (UNLIKELY(t->busy == p->run)) return plainly(n, f, is_test);
    if (t->idle) { t->idle--; return plainly(n, f, is_test); }
    if (t->tries == t->window && !trie_pays(t)) {
        trie_free(p, t);
        if (is_test) n->test = t_aside; else n->eval = e_aside;
        n->c = 0;
        return plainly(n, f, is_test);
    }
    uint32_t which = t->tries++;
    int timed = which % TRIE_TIMED == 1;
    uint64_t began = timed ? ticks() : 0;
    Fork *end = part_find(p, t, n, f, state);
    if (end) {
        t->hits++;
        val v = is_test ? BOOL(end->to) : p->v.word[end->to];
        if (UNLIKELY(p->recording != NULL)) note_way(p, t);
        if (timed) spent(&t->found, ticks() - began);
        if (which % TRIE_PLAIN) return v;
        began = ticks(); /* to compare with */
        v = plainly(n, f, is_test);
        if (n->c) spent(&t->plain, ticks() - began);
        return v;
    }
    Recording r;
    record(p, &r, 1);
    val *own = own_frame(p, n, f);
    uint64_t before = timed ? ticks() : 0;
    val v = plainly(n, own, is_test);
    if (!is_test) v = plain(p, v);
    uint64_t after = timed ? ticks() : 0;
    recorded(p, &r);
    if (UNLIKELY(!n->c)) return v; /* it came here again, and that was the end of it */
    uint32_t to = v == V_TRUE;
    if (!is_test && !r.many) v = p->v.word[to = intern(p, v)];
    if ((end = part_put(p, t, n, f, state, &r))) end->to = to;
    if (timed) spent(&t->missed, ticks() - after + (before - began));
    return v;
}
static int t_traced(Node *n, val *f) { return traced(n, f, 1) == V_TRUE; }
/* A part of a value that is written out afterwards. */
static val e_part(Node *n, val *f) { return traced(n, f, 0); }
#endif
