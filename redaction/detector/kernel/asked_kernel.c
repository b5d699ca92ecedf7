/* What a word is, and which words the network is asked about (tagger/candidates.py). */
#include "tables.h"

enum { SPACED = 1, PLAIN = 2, NAMELIKE = 4, BINDS_NEXT = 8, BINDS_LAST = 16, BREAK = 32, BLANK = 64, DOT = 128, SNAKE = 256, MARK = 512, SIDE = 1024 };

static int is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
static int is_upper(uint8_t c) { return c >= 'A' && c <= 'Z'; }
static int is_lower(uint8_t c) { return c >= 'a' && c <= 'z'; }
static int is_space(uint8_t c) { return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31); }

/* `[A-Z][a-z]{1,24}` from `at` to the end. */
static int capitalised(const uint8_t *word, int at, int size) {
    if (size - at < 2 || size - at > 25 || !is_upper(word[at])) return 0;
    while (++at < size && is_lower(word[at])) {}
    return at == size;
}

/* Whether a word of letters looks like a name: `candidates._NAME`. */
static int named(const uint8_t *word, int size) {
    static const char *const heads[] = {"", "Mc", "Mac", "De", "Di", "La", "Le", "Du", "Van", "Fitz", "O"};
    int capitals = 0;
    while (capitals < size && is_upper(word[capitals])) capitals++;
    if (capitals == size && size >= 3 && size <= 24) return 1;
    for (size_t head = 0; head < sizeof heads / sizeof *heads; head++) {
        const int length = (int)strlen(heads[head]);
        if (length <= size && !memcmp(word, heads[head], (size_t)length) && capitalised(word, length, size)) return 1;
    }
    return 0;
}

/* `candidates._ASIDE`: `[0-9]{1,6}[A-Za-z]?|[A-Z]`. */
static int aside(const uint8_t *word, int size) {
    int digits = 0;
    while (digits < size && is_digit(word[digits])) digits++;
    if (!digits) return size == 1 && is_upper(*word);
    return digits <= 6 && (digits == size || (digits + 1 == size && (is_upper(word[digits]) || is_lower(word[digits]))));
}

/* `candidates.kind` of a word in ASCII, of 1 to 64 characters. `no_names`: words of programs in small letters. */
uint16_t word_kind(const uint8_t *word, int size, const table_t *no_names) {
    const int spaced = *word == ' ' && size > 1;
    uint16_t bits = spaced ? SPACED : 0;
    int lower = 0, upper = 0, spaces = 0, breaks = 0;
    word += spaced, size -= spaced;
    for (int at = 0; at < size; at++) {
        lower += is_lower(word[at]), upper += is_upper(word[at]), spaces += is_space(word[at]);
        breaks += word[at] == '\n' || word[at] == '\r';
    }
    if (lower == size) return bits | PLAIN;
    if (spaces == size) return BLANK | (breaks ? BREAK : 0);
    if (aside(word, size)) bits |= SIDE;
    if (lower + upper == size) {
        uint8_t small[64];
        for (int at = 0; at < size; at++) small[at] = is_upper(word[at]) ? word[at] + 32 : word[at];
        return bits | PLAIN | (named(word, size) && table_row(no_names, small, (uint32_t)size) < 0 ? NAMELIKE : 0);
    }
    if (!is_digit(*word) && !is_upper(*word) && !is_lower(*word)) bits |= MARK;
    if (size == 1 && strchr("_/\\$#@%<&`.:", *word)) bits |= *word ? BINDS_NEXT : 0;
    if (size == 1 && strchr("_/\\([=<{$", *word)) bits |= *word ? BINDS_LAST : 0;
    if (size == 1 && (*word == '.' || *word == ':')) bits |= DOT;
    if (*word == '_') bits |= SNAKE;
    return bits;
}

/* Which words the network is asked about (tagger/candidates.py `asked`), by the kinds of their rows. 0, or -1 without
 * memory. `starts`: where a new line begins in any case. */
#define BESIDE 4

EXPORT int kernel_asked(const uint16_t *kinds, const int64_t *rows, int64_t size, const int64_t *starts, int64_t start_count,
                        uint8_t *out) {
    enum { OPENS = 1, GLUED = 2, NAME = 4, SIDEWAYS = 8 };
    int32_t *line = malloc(sizeof(int32_t) * (size_t)(size + 1)), *balance = calloc((size_t)size + 2, sizeof(int32_t));
    uint8_t *own = calloc((size_t)size + 1, 1);
    uint16_t *bits = malloc(sizeof(uint16_t) * (size_t)(size + 1));
    const int failed = !line || !balance || !own || !bits;
    if (!failed) {
        if (size) own[0] = OPENS;
        for (int64_t at = 0; at < start_count; at++) own[starts[at]] = OPENS;
        int32_t number = 0;
        for (int64_t at = 0; at < size; at++) {
            bits[at] = kinds[rows[at]];
            line[at] = number += own[at] || bits[at] & BREAK;
            if (!(bits[at] & (SPACED | BLANK)) && !own[at] && !(at && bits[at - 1] & BLANK)) own[at] |= GLUED;
            /* at least half of a line's words are plain and stand apart */
            if (bits[at] & PLAIN && !(own[at] & GLUED)) balance[number] += 2;
            if (!(bits[at] & BLANK)) balance[number]--;
        }
        for (int64_t at = 0; at < size; at++) {
            const uint16_t mine = bits[at], before = at ? bits[at - 1] : 0, next = at + 1 < size ? bits[at + 1] : 0;
            const int glued = own[at] & GLUED && at, next_glued = at + 1 < size && own[at + 1] & GLUED;
            const int bound = (glued && before & (BINDS_NEXT | PLAIN)) || (next_glued && next & BINDS_LAST) ||
                              (next_glued && at + 2 < size && own[at + 2] & GLUED && next & DOT);
            const int snake = (glued && before & SNAKE) || (next_glued && next & SNAKE);
            const int name = mine & NAMELIKE && !bound;
            own[at] |= (name ? NAME : 0) | (mine & SIDE && !snake ? SIDEWAYS : 0);
            out[at] = !(mine & BLANK) && ((balance[line[at]] >= 0 && !snake && !(mine & MARK)) || name);
        }
        for (int64_t at = 0; at < size; at++)
            if (own[at] & SIDEWAYS)
                for (int64_t other = at > BESIDE ? at - BESIDE : 0; other < size && other <= at + BESIDE; other++)
                    if (own[other] & NAME && line[other] == line[at] && other != at) out[at] = 1;
    }
    free(line), free(balance), free(own), free(bits);
    return failed ? -1 : 0;
}
