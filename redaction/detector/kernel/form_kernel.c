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
    const int32_t *begins;  /* [2 * 256 + 1]: for each root and byte how forms begin with it: */
    const int32_t (*goes_on)[2]; /* the word that is read or -1, and the node behind it */
    const int32_t *sets;    /* [sets + 1]: a set's words */
    const int32_t *words;   /* [words + 1]: a word's bytes */
    const uint8_t *bytes;
    uint8_t *heads;         /* [2][2][HEADS / 8]: for each root marks of what forms begin with: */
} forms_t;                  /* of those of up to three bytes what three bytes may be, of the others the first four */

#define HEADS (1 << 16)
#define MOST 4
static uint32_t place_of(uint32_t bytes) { return bytes * 0x9E3779B1u >> 16; }
static uint32_t three(const uint8_t *at) { return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16; }

typedef struct {
    const forms_t *forms;
    uint8_t *heads[2];
} marks_t;

static void set(uint8_t *marks, uint32_t bytes) { marks[place_of(bytes) / 8] |= (uint8_t)(1 << place_of(bytes) % 8); }

/* Mark what forms begin with that go on at `node` behind `have` bytes, the last of them highest. */
static void mark(const marks_t *to, int32_t node, uint32_t bytes, int have) {
    const forms_t *const forms = to->forms;
    if (have == MOST) {
        set(to->heads[1], bytes);
        return;
    }
    if (forms->ends[node]) /* whatever comes next */
        for (uint32_t rest = 0; rest < (uint32_t)1 << 8 * (MOST - 1 - have); rest++) set(to->heads[0], bytes | rest << 8 * have);
    for (int32_t edge = forms->first[node]; edge < forms->first[node + 1]; edge++) {
        const int32_t reads = forms->reads[edge], leads = forms->leads[edge];
        if (reads == NOTHING) mark(to, leads, bytes, have);
        else if (reads < WORDS) mark(to, leads, bytes | (uint32_t)(reads - 1) << 8 * have, have + 1);
        else
            for (int32_t word = forms->sets[reads - WORDS]; word < forms->sets[reads - WORDS + 1]; word++) {
                uint32_t more = bytes;
                int now = have;
                for (int32_t at = forms->words[word]; at < forms->words[word + 1] && now < MOST; at++)
                    more |= (uint32_t)forms->bytes[at] << 8 * now++;
                mark(to, leads, more, now);
            }
    }
}

EXPORT void kernel_forms_start(const forms_t *forms, int32_t inner, int32_t outer) {
    for (int root = 0; root < 2; root++) {
        const marks_t to = {forms, {forms->heads + root * 2 * (HEADS / 8), forms->heads + (root * 2 + 1) * (HEADS / 8)}};
        mark(&to, root ? outer : inner, 0, 0);
    }
}

static inline int marked(const forms_t *forms, int root, const uint8_t *at, const uint8_t *end) {
    if (end - at < MOST) return 1;
    const uint8_t *const heads = forms->heads + root * 2 * (HEADS / 8);
    uint32_t bytes = three(at);
    const uint32_t shorter = place_of(bytes), longer = place_of(bytes | (uint32_t)at[3] << 24);
    return (heads[HEADS / 8 + longer / 8] >> longer % 8 & 1) || (heads[shorter / 8] >> shorter % 8 & 1);
}

static const uint8_t *later(const uint8_t *best, const uint8_t *found) { return found > best ? found : best; }

/* Where the longest form ends that goes on at a node; NULL for none. The last way is gone without a call: most nodes have
 * one. */
static const uint8_t *longest(const forms_t *forms, int32_t node, const uint8_t *at, const uint8_t *end) {
    const uint8_t *best = NULL;
    for (;;) {
        if (forms->ends[node]) best = later(best, at);
        int32_t edge = forms->first[node], last = forms->first[node + 1];
        for (; edge < last && forms->reads[edge] == NOTHING; edge++)
            best = later(best, longest(forms, forms->leads[edge], at, end));
        if (at == end) return best;
        for (; edge < last && forms->reads[last - 1] >= WORDS; last--) {
            const int32_t set = forms->reads[last - 1] - WORDS;
            for (int32_t word = forms->sets[set]; word < forms->sets[set + 1]; word++) {
                const uint8_t *const own = forms->bytes + forms->words[word];
                const int32_t size = forms->words[word + 1] - forms->words[word];
                if (*own != *at || end - at < size || memcmp(at, own, (size_t)size)) continue;
                best = later(best, longest(forms, forms->leads[last - 1], at + size, end));
            }
        }
        const uint16_t wanted = (uint16_t)(1 + *at);
        while (last - edge > FEW && forms->reads[edge] != wanted) { /* several may read the byte */
            const int32_t middle = edge + (last - edge) / 2;
            if (forms->reads[middle] < wanted) edge = middle + 1;
            else if (forms->reads[middle] > wanted) last = middle;
            else break;
        }
        while (edge < last && forms->reads[edge] < wanted) edge++;
        if (edge == last || forms->reads[edge] != wanted) return best;
        for (; edge + 1 < last && forms->reads[edge + 1] == wanted; edge++)
            best = later(best, longest(forms, forms->leads[edge], at + 1, end));
        node = forms->leads[edge], at++;
    }
}

/* Root 0: forms that begin anywhere; root 1: those that begin behind what is no small letter. */
static const uint8_t *from(const forms_t *forms, int root, const uint8_t *at, const uint8_t *end) {
    const uint8_t *best = NULL;
    if (at == end || !marked(forms, root, at, end)) return NULL;
    const int32_t *const begins = forms->begins + root * 256 + *at;
    for (int32_t place = begins[0]; place < begins[1]; place++) {
        const int32_t word = forms->goes_on[place][0];
        int32_t size = 1;
        if (word >= 0) {
            size = forms->words[word + 1] - forms->words[word];
            if (end - at < size || memcmp(at, forms->bytes + forms->words[word], (size_t)size)) continue;
        }
        best = later(best, longest(forms, forms->goes_on[place][1], at + size, end));
    }
    return best;
}

/* The longest match that begins at a character, with that character in front of the form where it is no small letter. */
static const uint8_t *match(const forms_t *forms, const uint8_t *at, const uint8_t *data, const uint8_t *end) {
    const uint8_t *best = from(forms, 0, at, end);
    if (at == data) best = later(best, from(forms, 1, at, end));
    if (*at >= 'a' && *at <= 'z') return best;
    const uint8_t *next = at + 1;
    while (next < end && (*next & 0xC0) == 0x80) next++;
    return later(best, from(forms, 1, next, end));
}

/* The first match of data[start:] into `place`; 0 for none. In UTF-8. A match is tried only where the marks say that a
 * form may begin: at it, or at the character in front of it. */
EXPORT int kernel_forms(const forms_t *forms, const uint8_t *data, int64_t size, int64_t start, int64_t *place) {
    const uint8_t *const end = data + size, *const first = data + start;
    const uint8_t *tried = NULL; /* the last place of which all is known */
    for (const uint8_t *at = first; at < end; at++) {
        if ((*at & 0xC0) == 0x80) continue;
        const uint8_t *from_here[2] = {NULL, marked(forms, 0, at, end) ? at : NULL};
        if ((at == data || at[-1] < 'a' || at[-1] > 'z') && marked(forms, 1, at, end)) {
            const uint8_t *before = at;
            while (before > data && (*--before & 0xC0) == 0x80) {}
            if (at == data || before >= first) from_here[0] = before;
            if (at == data) from_here[1] = at;
        }
        for (int turn = 0; turn < 2; turn++) {
            const uint8_t *const begin = from_here[turn];
            if (!begin || begin == tried) continue;
            const uint8_t *const found = match(forms, begin, data, end);
            tried = begin;
            if (found) {
                place[0] = begin - data, place[1] = found - data;
                return 1;
            }
        }
    }
    return 0;
}
