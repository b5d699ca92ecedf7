/* A table of words in UTF-8, each with a row. */
#ifndef KERNEL_TABLES
#define KERNEL_TABLES
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define NEAR_BYTES 24

typedef struct {
    uint32_t row, size;
    union {
        uint8_t near[NEAR_BYTES]; /* a short word */
        uint32_t far;             /* a long one's place in `bytes` */
    };
} entry_t;

typedef struct {
    uint32_t tag, entry; /* a piece of the hash; 1 + the entry, 0: free */
} slot_t;

typedef struct {
    uint64_t seed; /* secret: nobody can choose words that fall together */
    slot_t *slots;
    entry_t *entries;
    uint8_t *bytes;
    uint32_t slot_count, count, room, byte_count, byte_room;
} table_t;

/* The row of a word, -1 for one that has none. */
int64_t table_row(const table_t *table, const uint8_t *word, uint32_t size);

/* A row for a word; one that has a row keeps it. 0, or -1 without memory. */
int table_add(table_t *table, const uint8_t *word, uint32_t size, uint32_t row);

/* The word that was added as number `number`, counted from 0. */
const uint8_t *table_word(const table_t *table, uint32_t number, uint32_t *size);

#endif
