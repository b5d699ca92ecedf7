/* The words of a text (tagger/tokens.py says what a word is) and their rows in the table of words.
 *
 * Called with the interpreter's lock held: tables need no lock of their own. Texts are code points; what each one is to a
 * word is a table of bytes that Python makes from the patterns of tokens.py. Words are kept in UTF-8.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

#ifndef KERNEL_SOURCES
#define KERNEL_SOURCES ""
#endif
EXPORT const char *kernel_sources = KERNEL_SOURCES;

typedef struct {
    uint64_t seed; /* secret: nobody can choose words that fall together */
    uint32_t *slots; /* 1 + the entry; 0: free */
    uint32_t *ends, *rows; /* of each entry: where its bytes end, its row */
    uint8_t *bytes;
    uint32_t slot_count, count, room, byte_room;
} table_t;

/* What a code point is to a word (word_index.py): a sign of its own, a letter, white space, a sign that makes runs, a
 * mark on the letter before it, or of a script that this file does not cut. */
enum { SIGN, LETTER, SPACE, RUN, MARK, FOREIGN };

EXPORT void kernel_table_free(table_t *table) {
    if (!table) return;
    free(table->slots), free(table->ends), free(table->rows), free(table->bytes), free(table);
}

static void *copied(const void *from, size_t size) {
    void *to = malloc(size ? size : 1);
    if (to && size) memcpy(to, from, size);
    return to;
}

EXPORT table_t *kernel_table_copy(const table_t *from) {
    table_t *table = copied(from, sizeof *from);
    if (!table) return NULL;
    table->slots = copied(from->slots, 4 * (size_t)from->slot_count);
    table->ends = copied(from->ends, 4 * (size_t)from->room);
    table->rows = copied(from->rows, 4 * (size_t)from->room);
    table->bytes = copied(from->bytes, from->byte_room);
    if (table->slots && table->ends && table->rows && table->bytes) return table;
    kernel_table_free(table);
    return NULL;
}

static uint64_t hashed(uint64_t seed, const uint8_t *word, uint32_t size) {
    uint64_t hash = seed ^ size;
    for (; size >= 8; word += 8, size -= 8) {
        uint64_t part;
        memcpy(&part, word, 8);
        hash = (hash ^ part) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    uint64_t part = 0;
    memcpy(&part, word, size);
    hash = (hash ^ part) * 0xD6E8FEB86659FD93u;
    return (hash ^ hash >> 29) * seed >> 32;
}

/* The entry of a word, or the free slot for it as -1 - slot. */
static int64_t find(const table_t *table, const uint8_t *word, uint32_t size) {
    uint32_t at = (uint32_t)hashed(table->seed, word, size) & (table->slot_count - 1);
    for (; table->slots[at]; at = (at + 1) & (table->slot_count - 1)) {
        const uint32_t entry = table->slots[at] - 1, begin = entry ? table->ends[entry - 1] : 0;
        if (table->ends[entry] - begin == size && !memcmp(table->bytes + begin, word, size)) return entry;
    }
    return -1 - (int64_t)at;
}

static int grown(table_t *table, uint32_t count, uint32_t bytes) {
    if (table->count + count > table->room) {
        const uint32_t room = (table->count + count) * 3 / 2;
        uint32_t *ends = realloc(table->ends, 4 * (size_t)room);
        if (ends) table->ends = ends;
        uint32_t *rows = realloc(table->rows, 4 * (size_t)room);
        if (rows) table->rows = rows;
        if (!ends || !rows) return -1;
        table->room = room;
    }
    const uint32_t used = table->count ? table->ends[table->count - 1] : 0;
    if (used + bytes > table->byte_room) {
        uint8_t *all = realloc(table->bytes, (used + bytes) * 3 / 2);
        if (!all) return -1;
        table->bytes = all, table->byte_room = (used + bytes) * 3 / 2;
    }
    uint32_t slots = table->slot_count ? table->slot_count : 1024;
    while (slots < 2 * (table->count + count)) slots *= 2;
    if (slots == table->slot_count) return 0;
    uint32_t *fresh = calloc(slots, 4);
    if (!fresh) return -1;
    free(table->slots);
    table->slots = fresh, table->slot_count = slots;
    for (uint32_t entry = 0; entry < table->count; entry++) {
        const uint32_t begin = entry ? table->ends[entry - 1] : 0;
        const int64_t place = find(table, table->bytes + begin, table->ends[entry] - begin);
        table->slots[-1 - place] = entry + 1;
    }
    return 0;
}

EXPORT table_t *kernel_table_new(uint64_t seed) {
    table_t *table = calloc(1, sizeof *table);
    if (!table) return NULL;
    table->seed = seed | 1;
    if (!grown(table, 1, 1)) return table;
    kernel_table_free(table);
    return NULL;
}

/* Words that are not in the table, one behind the other in `bytes`, each ending at its place of `ends`. */
EXPORT int kernel_table_add(table_t *table, const uint8_t *bytes, const int64_t *ends, const int64_t *rows, int64_t count) {
    if (!count) return 0;
    if (grown(table, (uint32_t)count, (uint32_t)ends[count - 1])) return -1;
    for (int64_t number = 0; number < count; number++) {
        const int64_t begin = number ? ends[number - 1] : 0;
        const uint32_t size = (uint32_t)(ends[number] - begin);
        const int64_t place = find(table, bytes + begin, size);
        if (place >= 0) continue;
        const uint32_t entry = table->count++, used = entry ? table->ends[entry - 1] : 0;
        memcpy(table->bytes + used, bytes + begin, size);
        table->ends[entry] = used + size;
        table->rows[entry] = (uint32_t)rows[number];
        table->slots[-1 - place] = entry + 1;
    }
    return 0;
}

typedef struct {
    const table_t *table;
    const uint32_t *text;
    const uint8_t *kinds;
    int64_t kind_count, longest;
    int foreign; /* whether anything was met that this file does not cut */
} reader_t;

static uint8_t kind_at(reader_t *reader, int64_t at) {
    const uint32_t code = reader->text[at];
    const int picture = code - 0x1F300 < 0x700 || code - 0xFE00 < 0x10; /* and what chooses its look */
    const uint8_t kind = code < (uint64_t)reader->kind_count ? reader->kinds[code] : picture ? SIGN : FOREIGN;
    reader->foreign |= kind == FOREIGN;
    return kind;
}

/* Where the word that begins at `at` ends. */
static int64_t word_end(reader_t *reader, int64_t at, int64_t end) {
    int64_t first = at;
    if (reader->text[at] == ' ' && at + 1 < end && kind_at(reader, at + 1) != SPACE) first = at + 1;
    const uint8_t kind = kind_at(reader, first);
    at = first + 1;
    if (kind == LETTER)
        while (at < end && (kind_at(reader, at) == LETTER || kind_at(reader, at) == MARK)) at++;
    else if (kind == SPACE)
        while (at < end && kind_at(reader, at) == SPACE) at++;
    else if (kind == RUN)
        while (at < end && reader->text[at] == reader->text[first]) at++;
    return at;
}

#define MOST_BYTES 256
static int64_t row_of(reader_t *reader, int64_t at, int64_t end) {
    uint8_t word[MOST_BYTES];
    uint32_t size = 0;
    if (end - at > reader->longest || end - at > MOST_BYTES / 4) return -1;
    for (; at < end; at++) {
        const uint32_t code = reader->text[at];
        if (code < 0x80) {
            word[size++] = (uint8_t)code;
            continue;
        }
        const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
        word[size++] = (uint8_t)((more == 1 ? 0xC0 : more == 2 ? 0xE0 : 0xF0) | code >> 6 * more);
        for (int left = more - 1; left >= 0; left--) word[size++] = (uint8_t)(0x80 | (code >> 6 * left & 0x3F));
    }
    const int64_t entry = find(reader->table, word, size);
    return entry >= 0 ? (int64_t)reader->table->rows[entry] : -1;
}

/* The words of text[start:end] between `reach` words of the text before and `reach` behind it, cut as three texts: of
 * each its places and its row, -1 for one that has none or is longer than `longest`. Where there are fewer words beside
 * it, the outermost places are empty and have the row `none`. How many words there are, those beside it included, or -1
 * for a text that holds a script that is not cut here; the arrays have room for end - start + 2 * reach. */
EXPORT int64_t kernel_words(const table_t *table, const uint32_t *text, const uint8_t *kinds, int64_t kind_count,
                            int64_t start, int64_t end, int64_t size, int64_t reach, int64_t longest, int64_t none,
                            int64_t *starts, int64_t *ends, int64_t *rows) {
    reader_t reader = {table, text, kinds, kind_count, longest, 0};
    int64_t count = 0, before = 0;
    for (int64_t at = 0; at < start; before++) at = word_end(&reader, at, start);
    for (; count < reach - before; count++) starts[count] = ends[count] = 0, rows[count] = none;
    for (int64_t at = 0; at < start; before--) {
        const int64_t stop = word_end(&reader, at, start);
        if (before <= reach) starts[count] = at, ends[count] = stop, rows[count++] = row_of(&reader, at, stop);
        at = stop;
    }
    for (int64_t at = start; at < end; count++) {
        const int64_t stop = word_end(&reader, at, end);
        starts[count] = at, ends[count] = stop, rows[count] = row_of(&reader, at, stop);
        at = stop;
    }
    int64_t left = reach;
    for (int64_t at = end; at < size && left; count++, left--) {
        const int64_t stop = word_end(&reader, at, size);
        starts[count] = at, ends[count] = stop, rows[count] = row_of(&reader, at, stop);
        at = stop;
    }
    for (; left; count++, left--) starts[count] = ends[count] = size, rows[count] = none;
    return reader.foreign ? -1 : count;
}
