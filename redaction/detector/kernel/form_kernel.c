/* Forms of labels in a text (labels/label_tree.py): the first place where one begins, and the longest that begins there. */
#include <stdint.h>
#include <stddef.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define NOTHING 0 /* what an edge reads that reads no byte; a byte is 1 + itself */
#define WORDS 257 /* and one of the words of a set is this + the set's number */
#define FEW 6

typedef struct {
    const int32_t *first;   /* [nodes + 1]: a node's edges, sorted by what they read */
    const uint16_t *reads;
    const int32_t *leads;
    const uint8_t *ends;    /* [nodes]: whether a form ends here */
    const int32_t *begins;  /* [2 * 256 + 1]: for each root and byte the nodes with which a form goes on that begins so */
    const int32_t *goes_on;
    const int32_t *sets;    /* [sets + 1]: a set's words */
    const int32_t *words;   /* [words + 1]: a word's bytes */
    const uint8_t *bytes;
    uint8_t *heads;         /* [2][HEADS / 8]: marks for the first three bytes of forms, for each root */
} forms_t;

#define HEADS (1 << 18)
static uint32_t head(uint32_t a, uint32_t b, uint32_t c) { return (a | b << 8 | c << 16) * 0x9E3779B1u >> 14; }

/* Mark all that a form may begin with that goes on at `node` behind `have` bytes. */
static void mark(const forms_t *forms, int root, int32_t node, const uint8_t *before, int have);

static void mark_behind(const forms_t *forms, int root, int32_t node, const uint8_t *before, int have, int byte) {
    uint8_t bytes[3] = {have ? before[0] : 0, have > 1 ? before[1] : 0, 0};
    bytes[have] = (uint8_t)byte;
    if (have < 2) {
        mark(forms, root, node, bytes, have + 1);
        return;
    }
    const uint32_t place = head(bytes[0], bytes[1], bytes[2]);
    forms->heads[root * (HEADS / 8) + place / 8] |= (uint8_t)(1 << place % 8);
}

static void mark(const forms_t *forms, int root, int32_t node, const uint8_t *before, int have) {
    if (forms->ends[node]) /* whatever comes next */
        for (int byte = 0; byte < 256; byte++) mark_behind(forms, root, node, before, have, byte);
    for (int32_t edge = forms->first[node]; edge < forms->first[node + 1]; edge++) {
        const int reads = forms->reads[edge];
        if (reads == NOTHING) mark(forms, root, forms->leads[edge], before, have);
        else if (reads < WORDS) mark_behind(forms, root, forms->leads[edge], before, have, reads - 1);
        else
            for (int32_t word = forms->sets[reads - WORDS]; word < forms->sets[reads - WORDS + 1]; word++) {
                const uint8_t *own = forms->bytes + forms->words[word];
                uint8_t bytes[3] = {have ? before[0] : 0, have > 1 ? before[1] : 0, 0};
                int32_t left = forms->words[word + 1] - forms->words[word];
                int now = have;
                while (now < 2 && left > 1) bytes[now++] = *own++, left--;
                mark_behind(forms, root, forms->leads[edge], bytes, now, *own);
            }
    }
}

EXPORT void kernel_forms_start(const forms_t *forms, int32_t inner, int32_t outer) {
    mark(forms, 0, inner, NULL, 0);
    mark(forms, 1, outer, NULL, 0);
}

static const uint8_t *longest(const forms_t *forms, int32_t node, const uint8_t *at, const uint8_t *end) {
    const uint8_t *best = forms->ends[node] ? at : NULL;
    int32_t edge = forms->first[node], last = forms->first[node + 1];
    for (; edge < last && forms->reads[edge] == NOTHING; edge++) {
        const uint8_t *found = longest(forms, forms->leads[edge], at, end);
        if (found && (!best || found > best)) best = found;
    }
    if (at == end) return best;
    for (; edge < last && forms->reads[last - 1] >= WORDS; last--) {
        const int32_t set = forms->reads[last - 1] - WORDS;
        for (int32_t word = forms->sets[set]; word < forms->sets[set + 1]; word++) {
            const uint8_t *const own = forms->bytes + forms->words[word];
            const int32_t size = forms->words[word + 1] - forms->words[word];
            if (*own != *at || end - at < size || memcmp(at, own, (size_t)size)) continue;
            const uint8_t *found = longest(forms, forms->leads[last - 1], at + size, end);
            if (found && (!best || found > best)) best = found;
        }
    }
    const uint16_t wanted = (uint16_t)(1 + *at);
    while (last - edge > FEW) {
        const int32_t middle = edge + (last - edge) / 2;
        if (forms->reads[middle] < wanted) edge = middle + 1;
        else if (forms->reads[middle] > wanted) last = middle;
        else break;
    }
    if (last - edge > FEW) /* several may read the byte */
        while (edge < last && forms->reads[edge] < wanted) edge++;
    for (; edge < last && forms->reads[edge] <= wanted; edge++) {
        if (forms->reads[edge] != wanted) continue;
        const uint8_t *found = longest(forms, forms->leads[edge], at + 1, end);
        if (found && (!best || found > best)) best = found;
    }
    return best;
}

/* Root 0: forms that begin anywhere; root 1: those that begin behind what is no small letter. */
static const uint8_t *from(const forms_t *forms, int root, const uint8_t *at, const uint8_t *end) {
    const uint8_t *best = NULL;
    if (at == end) return NULL;
    if (end - at >= 3) {
        const uint32_t place = head(at[0], at[1], at[2]);
        if (!(forms->heads[root * (HEADS / 8) + place / 8] >> place % 8 & 1)) return NULL;
    }
    const int32_t *const begins = forms->begins + root * 256 + *at;
    for (int32_t place = begins[0]; place < begins[1]; place++) {
        const int32_t node = forms->goes_on[place];
        /* below 0: the node behind this byte */
        const uint8_t *found = node < 0 ? longest(forms, ~node, at + 1, end) : longest(forms, node, at, end);
        if (found > best) best = found;
    }
    return best;
}

/* The first match of data[start:], with the character in front of the form where that is wanted, into `place`; 0 for none.
 * In UTF-8. */
EXPORT int kernel_forms(const forms_t *forms, const uint8_t *data, int64_t size, int64_t start, int64_t *place) {
    const uint8_t *const end = data + size;
    for (const uint8_t *at = data + start; at < end; at++) {
        if ((*at & 0xC0) == 0x80) continue;
        const uint8_t *best = from(forms, 0, at, end);
        if (at == data) {
            const uint8_t *found = from(forms, 1, at, end);
            if (found > best) best = found;
        }
        if (*at < 'a' || *at > 'z') {
            const uint8_t *next = at + 1;
            while (next < end && (*next & 0xC0) == 0x80) next++;
            const uint8_t *found = from(forms, 1, next, end);
            if (found > best) best = found;
        }
        if (best) {
            place[0] = at - data, place[1] = best - data;
            return 1;
        }
    }
    return 0;
}
