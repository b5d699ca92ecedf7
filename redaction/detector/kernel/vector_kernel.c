/* What a word in ASCII is made of and its vector (tagger/tokens.py `features`, tagger/word_table.py `_fill`): the same
 * additions in the same order. */
#include <stdio.h>

#include "tables.h"

typedef struct {
    const int8_t *rows;
    const float *scale;
} rows_t;

typedef struct {
    const table_t *vocabulary;
    rows_t gazetteer, shape, prefix, suffix, whole, pieces;
    int64_t shapes, prefixes, suffixes, wholes, width;
    const uint32_t *key_starts; /* [65537]: where keys with these high bits begin, */
    const uint16_t *key_lows;   /* whose low bits are sorted */
    const uint8_t *bits;
} features_t;

#define LONGEST 64 /* letters of a word that are looked up in pieces */
#define PIECE 20
#define WIDEST 256 /* values of a vector */
#define UNKNOWN 1

static uint32_t crc_table[256];

__attribute__((constructor)) static void start(void) {
    for (uint32_t code = 0; code < 256; code++) {
        uint32_t rest = code;
        for (int bit = 0; bit < 8; bit++) rest = rest & 1 ? rest >> 1 ^ 0xEDB88320u : rest >> 1;
        crc_table[code] = rest;
    }
}

static uint32_t crc32(const uint8_t *data, size_t size) {
    uint32_t crc = 0xFFFFFFFFu;
    while (size--) crc = crc_table[(crc ^ *data++) & 0xFF] ^ crc >> 8;
    return ~crc;
}

static int is_space(char c) { return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31); }
static int is_digit(char c) { return c >= '0' && c <= '9'; }
static int is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static int is_lower(char c) { return c >= 'a' && c <= 'z'; }
static int least(int a, int b) { return a < b ? a : b; }

static uint32_t shape(const char *word, int size) {
    char out[64];
    const int lead = word[0] == ' ';
    const char *core = word + lead, *said = lead ? "True" : "False";
    const int length = size - lead;
    int spaces = 0, lines = 0, digits = 0, uppers = 0, lowers = 0;
    for (int at = 0; at < size; at++) lines += word[at] == '\n';
    for (int at = 0; at < length; at++) {
        spaces += is_space(core[at]), digits += is_digit(core[at]);
        uppers += is_upper(core[at]), lowers += is_lower(core[at]);
    }
    if (spaces == length) {
        snprintf(out, sizeof out, "S%d%d", least(lines, 2), least(size, 4));
    } else if (!is_digit(core[0]) && !is_upper(core[0]) && !is_lower(core[0])) {
        const int used = snprintf(out, sizeof out, "P%s", said); /* the sign may be a zero byte */
        out[used] = core[0];
        out[used + 1] = (char)('0' + least(length, 3));
        return crc32((const uint8_t *)out, (size_t)used + 2);
    } else if (uppers + lowers == length) {
        const char kind = lowers == length               ? 'l'
                          : uppers == length             ? 'U'
                          : !is_upper(core[0])           ? 'm'
                          : lowers == length - 1         ? 'C'
                                                         : 'M';
        snprintf(out, sizeof out, "%c%d%s", kind, least(length, 10), said);
    } else if (digits == length) {
        snprintf(out, sizeof out, "d%d%s", least(length, 12), said);
    } else {
        snprintf(out, sizeof out, "x%d%d%s%s", least(length, 10), least(digits, 6), said, is_digit(core[0]) ? "True" : "False");
    }
    return crc32((const uint8_t *)out, strlen(out));
}

static int goes_on(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/* Rows of the pieces of a word in small letters, in UTF-8 (tokens.py: `pieces`); how many. */
static int pieces_of(const table_t *vocabulary, const uint8_t *word, int size, int64_t *out) {
    int64_t row = size ? table_row(vocabulary, word, (uint32_t)size) : -1;
    if (!size) return 0;
    if (row >= 0) return out[0] = row, 1;
    out[0] = UNKNOWN;
    int letters = 0, count = 0;
    for (int at = 0; at < size; at++) letters += !goes_on(word[at]);
    if (letters > LONGEST) return 1;
    uint8_t piece[4 * PIECE + 2] = "##";
    for (int at = 0; at < size;) {
        int end = at;
        for (int left = PIECE; left && end < size; left--) do end++; while (end < size && goes_on(word[end]));
        for (row = -1; end > at;) {
            memcpy(piece + 2, word + at, (size_t)(end - at));
            row = at ? table_row(vocabulary, piece, (uint32_t)(end - at + 2)) : table_row(vocabulary, piece + 2, (uint32_t)(end - at));
            if (row >= 0) break;
            do end--; while (end > at && goes_on(word[end]));
        }
        if (row < 0) return out[0] = UNKNOWN, 1;
        out[count++] = row, at = end;
    }
    return count;
}

/* The same for Python; `out` has room for LONGEST. */
EXPORT int kernel_pieces(const features_t *known, const uint8_t *word, int size, int64_t *out) {
    return pieces_of(known->vocabulary, word, size, out);
}

static uint8_t listed(const features_t *known, uint32_t key) {
    uint32_t low = known->key_starts[key >> 16], high = known->key_starts[(key >> 16) + 1];
    const uint32_t end = high;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (known->key_lows[middle] < (uint16_t)key) low = middle + 1;
        else high = middle;
    }
    return low < end && known->key_lows[low] == (uint16_t)key ? known->bits[low] : 0;
}

static void added(float *to, const rows_t *from, int64_t row, int64_t width) {
    const int8_t *values = from->rows + row * width;
    const float scale = from->scale[row];
    for (int64_t at = 0; at < width; at++) to[at] = to[at] + (float)values[at] * scale;
}

/* Vector and bits of a word of 1 to LONGEST characters. */
static void made(const features_t *known, const char *word, int size, float *to, uint8_t *bits) {
    const int64_t width = known->width;
    char folded[LONGEST];
    int length = 0, first = 0, last = size;
    while (first < last && is_space(word[first])) first++;
    while (last > first && is_space(word[last - 1])) last--;
    for (int at = first; at < last; at++) folded[length++] = is_upper(word[at]) ? (char)(word[at] + 32) : word[at];
    const uint32_t key = crc32((const uint8_t *)folded, (size_t)length);
    const int side = least(length, 3);
    *bits = listed(known, key);
    for (int64_t at = 0; at < width; at++) to[at] = 0;
    added(to, &known->gazetteer, *bits, width);
    added(to, &known->shape, shape(word, size) % known->shapes, width);
    added(to, &known->prefix, crc32((const uint8_t *)folded, (size_t)side) % known->prefixes, width);
    added(to, &known->suffix, crc32((const uint8_t *)folded + length - side, (size_t)side) % known->suffixes, width);
    added(to, &known->whole, key % known->wholes, width);
    int64_t parts[LONGEST];
    const int found = pieces_of(known->vocabulary, (const uint8_t *)folded, length, parts);
    if (!found) return;
    float sum[WIDEST] = {0};
    for (int part = 0; part < found; part++) added(sum, &known->pieces, parts[part], width);
    for (int64_t at = 0; at < width; at++) to[at] = (float)((double)to[at] + (double)sum[at] / (double)found);
}

/* Vectors and bits of those of the rows that have no place among the vectors and whose words are in ASCII, of at most LONGEST
 * characters: a row's word is the one that was added to `words` as that number. Places are given from `next` on. The next free one. */
EXPORT int64_t kernel_ready(const features_t *known, const table_t *words, const int64_t *rows, int64_t count,
                            int32_t *places, int64_t next, float *vectors, uint8_t *bits) {
    for (int64_t number = 0; number < count; number++) {
        const int64_t row = rows[number];
        uint32_t size = 0;
        if (places[row] >= 0) continue;
        const uint8_t *word = table_word(words, (uint32_t)row, &size);
        int plain = word && size >= 1 && size <= LONGEST && known->width <= WIDEST;
        for (uint32_t at = 0; plain && at < size; at++) plain = word[at] < 0x80;
        if (!plain) continue;
        made(known, (const char *)word, (int)size, vectors + next * known->width, bits + row);
        places[row] = (int32_t)next++;
    }
    return next;
}
