/* Interning: each value that a state holds is there once, and has a number, its Vid.
 *
 * Takes values of the arena and gives their Vid, and with it a composite that stays (its parts first, interned too). The
 * table is open addressing, a slot is an id with the hash of its value. While several programs intern at once
 * (`Vals.common`), slots are filled by compare and swap and the table does not grow: who finds no room leaves with
 * LEFT_STOPPED, and it is made larger in between. Lack of memory leaves with LEFT_MEMORY.
 */
#ifndef MODELCHECK_INTERN_H
#define MODELCHECK_INTERN_H
#include "_values.h"

#define STORE_CHUNK ((size_t)1 << 18)

static void *keep_room(Prog *p, size_t bytes) {
    Vals *v = &p->v;
    if ((size_t)(v->end - v->at) < bytes) {
        size_t size = bytes > STORE_CHUNK ? bytes : STORE_CHUNK;
        Chunk *c = malloc(sizeof(Chunk) + size);
        if (!c) no_memory(p);
        c->next = v->chunks;
        c->size = size;
        v->chunks = c;
        v->at = c->data;
        v->end = c->data + size;
        v->bytes += sizeof(Chunk) + size;
    }
    void *at = v->at;
    v->at += bytes;
    return at;
}

static void more_slots(Prog *p) {
    Vals *v = &p->v;
    uint32_t size = v->mask ? (v->mask + 1) * 2 : 4096;
    if (!size) no_memory(p);
    Slot *slots = malloc(sizeof(Slot) * size);
    if (!slots) no_memory(p);
    memset(slots, 0xFF, sizeof(Slot) * size);
    for (uint32_t i = 0; v->slots && i <= v->mask; i++) {
        if (v->slots[i].id == VID_NONE) continue;
        uint32_t at = home_of(v->slots[i].hash) & (size - 1);
        while (slots[at].id != VID_NONE) at = (at + 1) & (size - 1);
        slots[at] = v->slots[i];
    }
    v->bytes += sizeof(Slot) * (size - (v->mask ? v->mask + 1 : 0));
    free(v->slots);
    v->slots = slots;
    v->mask = size - 1;
}

static Vid new_id(Prog *p, val word) {
    Vals *v = &p->v;
    if (v->n == v->cap) {
        uint32_t cap = v->cap ? v->cap * 2 : 4096;
        if (cap <= v->cap) no_memory(p);
        val *grown = realloc(v->word, sizeof(val) * cap);
        if (!grown) no_memory(p);
        v->bytes += sizeof(val) * (cap - v->cap);
        v->word = grown;
        v->cap = cap;
    }
    v->word[v->n] = word;
    return v->n++;
}

static Vid intern(Prog *p, val x);
static inline val persist(Prog *p, val x) {
    if (!is_obj(x) || (obj(x)->flags & PERSISTENT)) return x;
    Vid id = intern(p, x);
    return p->v.word[id];
}

/* A composite that stays, of parts that are interned. Whoever makes a composite writes its parts out: with a lazy one,
 * equal values would have several ids. */
static Obj *kept_obj(Prog *p, Obj *o) {
    uint32_t words = o->kind == O_FN ? o->n + 1 : o->n;
    for (uint32_t i = 0; i < words; i++) if (UNLIKELY(is_obj(o->e[i]) && obj(o->e[i])->kind > O_FN)) unknown(p);
    Obj *c = keep_room(p, sizeof(Obj) + sizeof(val) * (size_t)words);
    *c = *o;
    c->flags = PERSISTENT;
    for (uint32_t i = 0; i < words; i++) c->e[i] = persist(p, o->e[i]);
    return c;
}

/* The same as below while other programs intern, too: a value is put where nothing is, at once or not at all. */
static Vid intern_together(Prog *p, val x, uint32_t h) {
    Vals *v = &p->v;
    Obj *o = is_obj(x) ? obj(x) : NULL, *c = NULL;
    Slot mine = {{VID_NONE, h}};
    for (uint32_t at = home_of(h) & v->mask;;) {
        Slot there = {.both = __atomic_load_n(&v->slots[at].both, __ATOMIC_ACQUIRE)};
        if (there.id == VID_NONE) {
            if (mine.id == VID_NONE) {
                if (o) { /* parts first: this must not be left half done */
                    deep(p);
                    for (uint32_t i = 0, words = o->kind == O_FN ? o->n + 1 : o->n; i < words; i++) persist(p, o->e[i]);
                    c = kept_obj(p, o);
                }
                mine.id = v->spare != VID_NONE ? v->spare : __atomic_fetch_add(&v->common->n, 1, __ATOMIC_RELAXED);
                if (mine.id >= v->common->limit) longjmp(*p->leave, LEFT_STOPPED);
                v->spare = VID_NONE;
                v->word[mine.id] = c ? ref(c) : x;
                if (c) c->id = mine.id;
            }
            if (__atomic_compare_exchange_n(&v->slots[at].both, &there.both, mine.both, 0, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE)) {
                if (o) o->id = mine.id;
                return mine.id;
            }
        }
        if (there.hash == h && same(x, v->word[there.id])) {
            if (mine.id != VID_NONE) {
                v->spare = mine.id;
                if (c) v->at = (char *)c;
            }
            if (o) o->id = there.id;
            return there.id;
        }
        at = (at + 1) & v->mask;
    }
}

static Vid intern_slow(Prog *p, val x) {
    Vals *v = &p->v;
    if (is_obj(x) && obj(x)->kind > O_FN) {
        x = written(p, x);
        if (obj(x)->id != VID_NONE) return obj(x)->id;
    }
    uint32_t h = hash_of(x), at = home_of(h) & v->mask;
    if (UNLIKELY(v->common != NULL)) return intern_together(p, x, h);
    Vid id;
    for (; (id = v->slots[at].id) != VID_NONE; at = (at + 1) & v->mask)
        if (v->slots[at].hash == h && same(x, v->word[id])) {
            if (is_obj(x)) obj(x)->id = id;
            return id;
        }
    val kept = x;
    if (is_obj(x)) {
        deep(p);
        kept = ref(kept_obj(p, obj(x)));
    }
    if ((v->n + 1) * (uint64_t)3 > (uint64_t)v->mask * 2) more_slots(p);
    at = home_of(h) & v->mask; /* parts have been interned meanwhile */
    while (v->slots[at].id != VID_NONE) at = (at + 1) & v->mask;
    id = new_id(p, kept);
    v->slots[at] = (Slot){{id, h}};
    if (is_obj(x)) obj(x)->id = obj(kept)->id = id;
    return id;
}

static inline Vid intern(Prog *p, val x) {
    if (is_obj(x)) {
        Vid id = obj(x)->id;
        if (id != VID_NONE) return id;
        return intern_slow(p, x);
    }
    if (is_int(x)) {
        int64_t i = int_of(x) + 256;
        if (i >= 0 && i < 4096 + 256) {
            Vid id = p->v.small[i];
            if (id != VID_NONE) return id;
            return p->v.small[i] = intern_slow(p, x);
        }
    }
    return intern_slow(p, x);
}
#endif
