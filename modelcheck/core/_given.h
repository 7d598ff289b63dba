/* Numbers of values that a leaf of the layout has not met yet, given out here as long as the leaf has room for them.
 *
 * Python, whose layout it is, is told of them when it looks next (`fill_given`): until then nobody decodes a state.
 */
#ifndef MODELCHECK_GIVEN_H
#define MODELCHECK_GIVEN_H

static int values_more(Part *q, int32_t n) { /* room for n values of a leaf, or elements of a set */
    if (n > q->room) {
        int32_t room = n + q->room + 8;
        val *values = realloc(q->values, sizeof(val) * (size_t)room);
        if (!values) return -1;
        q->values = values;
        if (q->kind == PART_SET) {
            int32_t *places = realloc(q->at, sizeof(int32_t) * (size_t)room);
            if (!places) return -1;
            q->at = places;
            int32_t *order = realloc(q->order, sizeof(int32_t) * (size_t)room);
            if (!order) return -1;
            q->order = order;
        }
        q->room = room;
    }
    if (q->ids && (uint32_t)(n + q->asked) * 2 <= q->mask) return 0;
    uint32_t size = 16;
    while (size < (uint32_t)(n + q->asked) * 4) size *= 2;
    return more_ids(q, size);
}

/* A number becomes that of a value, by its id. */
static void number_value(Part *q, Vid id, int32_t number) {
    uint32_t slot = (id * 0x9E3779B9u) & q->mask;
    while (q->ids[slot] != VID_NONE && q->ids[slot] != id) slot = (slot + 1) & q->mask;
    if (q->ids[slot] == VID_NONE) q->numbers[slot] = number;
    else if (q->numbers[slot] == ASKED) { q->numbers[slot] = number; q->asked--; }
    q->ids[slot] = id;
}

/* The number of a value that has none, from now on; unknown where that is Python's to do. */
static int32_t give_number(Prog *p, int32_t part, Vid id) {
    Fill *g = FILL(p);
    Part *q = &g->parts[part];
    if (!g->gives || q->strange || (uint64_t)q->n > q->bits >> q->shift) unknown(p);
    if (g->given_n == g->given_room) {
        int32_t room = g->given_room ? g->given_room * 2 : 64;
        uint32_t *given = realloc(g->given, sizeof(uint32_t) * 2 * (size_t)room);
        if (!given) no_memory(p);
        g->given = given;
        g->given_room = room;
    }
    if (values_more(q, q->n + 1)) no_memory(p);
    number_value(q, id, q->n);
    q->values[q->n] = p->v.word[id];
    g->given[2 * g->given_n] = (uint32_t)part;
    g->given[2 * g->given_n++ + 1] = id;
    return q->n++;
}

/* The part and the value's id of numbers given out, from the `from`-th on, at most `most` of them; how many. Each leaf's are
 * in order. */
EXPORT int32_t fill_given(const Fill *g, int32_t from, int32_t most, uint32_t *out) {
    int32_t n = g->given_n - from < most ? g->given_n - from : most;
    if (n > 0) memcpy(out, g->given + 2 * from, sizeof(uint32_t) * 2 * (size_t)n);
    return n > 0 ? n : 0;
}
#endif
