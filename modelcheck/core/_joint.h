/* Instances side by side that read few bits: what all of them do is found at once.
 *
 * A joint is a run of places in the order, whose instances' masks and guards have at most JOINT_BITS bits together. For each
 * key it has a list of their outcomes, in order; one is made when it is first asked for and all rows are known. Rows do not
 * change, so a list holds until the order is made anew.
 */
#include "_sleep.h"

enum { JOINT_BITS = 10, JOINT_BYTES = 4 << 20 };

static void joints_free(Core *c) {
    for (int32_t i = 0; i < c->n_joints; i++) {
        Joint *j = &c->joints[i];
        for (uint64_t key = 0; j->lists && key < (uint64_t)1 << j->key.bits; key++) free(j->lists[key]);
        free(j->lists);
        table_free(&j->key);
    }
    free(c->joints); free(c->joint_of);
    c->joints = NULL;
    c->joint_of = NULL;
    c->n_joints = 0;
    c->joint_bytes = 0;
}

static int add_joint(Core *c, int32_t first, int32_t last, const uint64_t *mask, int32_t *word, uint64_t *bits) {
    int32_t n = 0;
    for (int32_t i = 0; i < c->store.width; i++) if (mask[i]) { word[n] = i; bits[n++] = mask[i]; }
    Joint *j = &c->joints[c->n_joints];
    memset(j, 0, sizeof(*j));
    j->first = first;
    j->last = last;
    for (int32_t p = first; p < last; p++) {
        j->tables += c->instances[ACTIONS][c->order[p]].n;
        c->joint_of[p] = c->n_joints;
    }
    c->n_joints++;
    if (table_init(&j->key, n, word, bits)) return -1;
    j->lists = calloc((size_t)1 << j->key.bits, sizeof(Joined *));
    return j->lists ? 0 : -1;
}

/* After a change of the order, of guards, of masks. */
static int make_joints(Core *c) {
    joints_free(c);
    int32_t width = c->store.width, n = c->n_order;
    c->joints = malloc(sizeof(Joint) * (size_t)(n + 1));
    c->joint_of = malloc(sizeof(int32_t) * (size_t)(n + 1));
    uint64_t *mask = calloc((size_t)width * 3, sizeof(uint64_t)), *both = mask + width, *bits = mask + 2 * width;
    int32_t *word = malloc(sizeof(int32_t) * (size_t)width);
    uint8_t *ends = calloc((size_t)n + 1, 1); /* places that gates skip to: no run goes across one */
    int failed = !c->joints || !c->joint_of || !mask || !word || !ends;
    for (int32_t p = 0; p < n && !failed; p++) {
        int32_t skip = c->instances[ACTIONS][c->order[p]].skip;
        c->joint_of[p] = -1;
        if (skip > 0 && skip - 1 <= n) ends[skip - 1] = 1;
    }
    for (int32_t p = 0, first = 0; p <= n && !failed; p++) {
        const Instance *in = p < n ? &c->instances[ACTIONS][c->order[p]] : NULL;
        int fits = in && !in->skip && in->n && !ends[p];
        memset(both, 0, sizeof(uint64_t) * (size_t)width);
        if (in && !in->skip && in->n) read_by(c, p, both);
        int own = bits_of(both, width);
        for (int32_t i = 0; i < width; i++) both[i] |= mask[i];
        fits = fits && bits_of(both, width) <= JOINT_BITS;
        if (fits) { memcpy(mask, both, sizeof(uint64_t) * (size_t)width); continue; }
        if (p - first > 1) failed = add_joint(c, first, p, mask, word, bits);
        memset(mask, 0, sizeof(uint64_t) * (size_t)width);
        first = p;
        if (in && !in->skip && in->n && own <= JOINT_BITS) read_by(c, p, mask); /* begins a run */
        else first = p + 1;
    }
    free(mask); free(word); free(ends);
    return failed ? -1 : 0;
}

/* The list of outcomes for a state, if all rows are known. */
static Joined *new_list(Core *c, const Joint *j, const uint64_t *s) {
    int64_t n = 0, tables = 0;
    for (int pass = 0;; pass++) {
        Joined *list = NULL;
        if (pass) {
            size_t bytes = sizeof(Joined) * (size_t)(n + 1);
            if (c->joint_bytes + (int64_t)bytes > JOINT_BYTES || !(list = malloc(bytes))) return NULL;
            c->joint_bytes += (int64_t)bytes;
            list[0] = (Joined){(uint32_t)n, 0, 0, 0};
        }
        int64_t at = 1;
        for (int32_t p = j->first; p < j->last; p++) {
            int32_t instance = c->order[p];
            const Instance *in = &c->instances[ACTIONS][instance];
            tables += in->n;
            if (in->guard_word >= 0 && !(s[in->guard_word] & in->guard_bit)) continue;
            uint32_t value = 0;
            for (int32_t i = 0; i < in->n && !value; i++) value = table_lookup(&in->tables[i], s);
            if (!value) return NULL; /* in the first pass */
            if (value == VALUE_NO) continue;
            const uint64_t *row = c->rowbuf + (value - VALUE_ROW), *outcome = row + 1;
            for (uint64_t i = 0; i < row[0]; i++, at++) {
                if (pass) list[at] = (Joined){(uint32_t)(outcome - c->rowbuf), p, (int32_t)i, instance};
                outcome += 3 + 3 * outcome[2];
            }
        }
        if (pass) return list;
        if (tables != j->tables) return NULL; /* others may depend on more than the key */
        n = at - 1;
    }
}

/* What a joint's instances do in a state: the number of outcomes (`row` of the first item), and these; NULL: not known. */
static inline const Joined *joined(Core *c, const Joint *j, const uint64_t *s) {
    Joined **at = &j->lists[narrow_key(&j->key, s)], *list = __atomic_load_n(at, __ATOMIC_ACQUIRE);
    if (list) return list;
    pthread_mutex_lock(&c->joint_lock);
    if (!(list = *at) && (list = new_list(c, j, s))) __atomic_store_n(at, list, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&c->joint_lock);
    return list;
}
