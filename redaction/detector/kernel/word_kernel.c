/* The words of a text (tagger/tokens.py says what a word is) and their rows in the table of words.
 *
 * Called with the interpreter's lock held: tables need no lock of their own. Texts are code points; what each one is to a
 * word is a table of bytes that Python makes from the patterns of tokens.py. Words are kept in UTF-8.
 */
#include "tables.h"

/* What a code point is to a word (word_index.py): a sign of its own, a letter, white space, a sign that makes runs, a
 * mark on the letter before it, or of a script that this file does not cut. */
enum { SIGN, LETTER, SPACE, RUN, MARK, FOREIGN };

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
    return table_row(reader->table, word, size);
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

uint16_t word_kind(const uint8_t *word, int size, const table_t *no_names);

/* Rows for the words of a text that have none yet and are in ASCII and no longer than `longest`: from `next` on, their
 * kinds into `kinds`, which has room for them. The next free row, or -1 without memory. */
EXPORT int64_t kernel_learn(table_t *table, const table_t *no_names, const uint32_t *text, const int64_t *starts,
                            const int64_t *ends, int64_t *rows, int64_t count, int64_t longest, int64_t next, uint16_t *kinds) {
    uint8_t word[MOST_BYTES];
    if (longest > 64) return -1;
    for (int64_t number = 0; number < count; number++) {
        const int64_t size = ends[number] - starts[number];
        if (rows[number] >= 0 || size < 1 || size > longest) continue;
        int plain = 1;
        for (int64_t at = 0; plain && at < size; at++) {
            const uint32_t code = text[starts[number] + at];
            plain = code < 0x80, word[at] = (uint8_t)code;
        }
        if (!plain) continue;
        rows[number] = table_row(table, word, (uint32_t)size);
        if (rows[number] >= 0) continue;
        if (table_add(table, word, (uint32_t)size, (uint32_t)next)) return -1;
        kinds[next] = word_kind(word, (int)size, no_names);
        rows[number] = next++;
    }
    return next;
}
