/* Tables of words (tables.h). Called with the interpreter's lock held: they need no lock of their own. */
#include "tables.h"

#ifndef KERNEL_SOURCES
#define KERNEL_SOURCES ""
#endif
EXPORT const char *kernel_sources = KERNEL_SOURCES;

EXPORT void kernel_table_free(table_t *table) {
    if (!table) return;
    free(table->slots), free(table->entries), free(table->bytes), free(table);
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
    return (hash ^ hash >> 29) * seed;
}

static const uint8_t *bytes_of(const table_t *table, const entry_t *entry) {
    return entry->size <= NEAR_BYTES ? entry->near : table->bytes + entry->far;
}

/* The slot of a word, or the free one for it. */
static slot_t *find(const table_t *table, const uint8_t *word, uint32_t size, uint32_t *tag) {
    const uint64_t hash = hashed(table->seed, word, size);
    *tag = (uint32_t)hash;
    for (uint32_t at = (uint32_t)(hash >> 32);; at++) {
        slot_t *slot = table->slots + (at & (table->slot_count - 1));
        if (!slot->entry) return slot;
        const entry_t *entry = table->entries + slot->entry - 1;
        if (slot->tag == *tag && entry->size == size && !memcmp(bytes_of(table, entry), word, size)) return slot;
    }
}

int64_t table_row(const table_t *table, const uint8_t *word, uint32_t size) {
    uint32_t tag;
    const slot_t *slot = find(table, word, size, &tag);
    return slot->entry ? (int64_t)table->entries[slot->entry - 1].row : -1;
}

/* Room for so many more words and bytes: for many at once no more than they need, since few may follow. */
static int grown(table_t *table, uint32_t count, uint32_t bytes) {
    const uint32_t halves = count > 1 ? 2 : 3;
    if (table->count + count > table->room) {
        const uint32_t room = (table->count + count) * halves / 2 + 1;
        entry_t *entries = realloc(table->entries, sizeof(entry_t) * (size_t)room);
        if (!entries) return -1;
        table->entries = entries, table->room = room;
    }
    if (table->byte_count + bytes > table->byte_room) {
        const uint32_t room = (table->byte_count + bytes) * halves / 2 + 1;
        uint8_t *all = realloc(table->bytes, room);
        if (!all) return -1;
        table->bytes = all, table->byte_room = room;
    }
    uint32_t slots = table->slot_count ? table->slot_count : 1024;
    while (slots < 2 * (table->count + count)) slots *= 2;
    if (slots == table->slot_count) return 0;
    slot_t *fresh = calloc(slots, sizeof(slot_t));
    if (!fresh) return -1;
    free(table->slots);
    table->slots = fresh, table->slot_count = slots;
    for (uint32_t number = 0; number < table->count; number++) {
        const entry_t *entry = table->entries + number;
        uint32_t tag;
        slot_t *slot = find(table, bytes_of(table, entry), entry->size, &tag);
        if (!slot->entry) slot->tag = tag, slot->entry = number + 1;
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

/* There is room for the word. */
static void added(table_t *table, const uint8_t *word, uint32_t size, uint32_t row) {
    uint32_t tag;
    slot_t *slot = find(table, word, size, &tag);
    entry_t *entry = table->entries + table->count++;
    entry->row = row, entry->size = size;
    if (!slot->entry) slot->tag = tag, slot->entry = table->count;
    if (size <= NEAR_BYTES) {
        memcpy(entry->near, word, size);
    } else {
        memcpy(table->bytes + table->byte_count, word, size);
        entry->far = table->byte_count;
        table->byte_count += size;
    }
}

int table_add(table_t *table, const uint8_t *word, uint32_t size, uint32_t row) {
    if (grown(table, 1, size)) return -1;
    added(table, word, size, row);
    return 0;
}

const uint8_t *table_word(const table_t *table, uint32_t number, uint32_t *size) {
    if (number >= table->count) return NULL;
    *size = table->entries[number].size;
    return bytes_of(table, table->entries + number);
}

/* Words one behind the other in `bytes`, each ending at its place of `ends`; those that are there already stay. */
EXPORT int kernel_table_add(table_t *table, const uint8_t *bytes, const int64_t *ends, const int64_t *rows, int64_t count) {
    if (!count) return 0;
    if (grown(table, (uint32_t)count, (uint32_t)ends[count - 1])) return -1;
    for (int64_t number = 0; number < count; number++) {
        const int64_t begin = number ? ends[number - 1] : 0;
        added(table, bytes + begin, (uint32_t)(ends[number] - begin), (uint32_t)rows[number]);
    }
    return 0;
}

/* The rows of words that are written as for `kernel_table_add`; -1 for one that has none. */
EXPORT void kernel_table_rows(const table_t *table, const uint8_t *bytes, const int64_t *ends, int64_t count, int64_t *rows) {
    for (int64_t number = 0; number < count; number++) {
        const int64_t begin = number ? ends[number - 1] : 0;
        rows[number] = table_row(table, bytes + begin, (uint32_t)(ends[number] - begin));
    }
}

/* The word that was added as number `number`; NULL for none. */
EXPORT const uint8_t *kernel_table_word(const table_t *table, uint32_t number, uint32_t *size) {
    return table_word(table, number, size);
}
