/* Which factors stand in a text (factors.py says what one is): all of them in one pass, a bit for each of their places.
 *
 * A bit is on where its factor has been met up to that place. Every byte moves each bit to the next place of its factor if
 * the byte is one of those that may stand there, and keeps those that may be followed by it. No branch, no table that
 * grows: the same time for any text. Sixteen words of bits are worked on at once; the compiler makes vectors of them.
 */
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define LANES 8      /* words of a block */
#define MOST_BLOCKS 64
#define PIECE 2048   /* bytes whose classes are looked up at once */
#define EDGE 256     /* the symbol in front of a text and behind it */

typedef struct {
    int64_t blocks, classes; /* blocks: an even number */
    const uint8_t *class_of; /* [257] */
    const uint64_t *enter, *stay; /* [blocks][classes][LANES] */
    const uint64_t *first, *last; /* [blocks][LANES]: the first and the last place of each factor */
} factors_t;

typedef uint64_t lanes_t __attribute__((vector_size(8 * LANES), aligned(8)));

typedef struct {
    lanes_t now, met;
} state_t;

/* One piece of the text, two blocks at once: their steps wait for each other's results, not for their own. */
#define BODY                                                                                                            \
    const int64_t wide = factors->classes * LANES;                                                                      \
    for (int64_t block = 0; block < factors->blocks; block += 2) {                                                      \
        const uint64_t *enter = factors->enter + block * wide, *stay = factors->stay + block * wide;                    \
        const lanes_t first_a = *(const lanes_t *)(factors->first + block * LANES);                                     \
        const lanes_t first_b = *(const lanes_t *)(factors->first + (block + 1) * LANES);                               \
        lanes_t a = states[block].now, b = states[block + 1].now;                                                       \
        lanes_t met_a = states[block].met, met_b = states[block + 1].met;                                               \
        for (int at = 0; at < size; at++) {                                                                             \
            const int64_t place = (int64_t)kinds[at] * LANES;                                                           \
            a = (((a << 1) | first_a) & *(const lanes_t *)(enter + place)) | (a & *(const lanes_t *)(stay + place));     \
            b = (((b << 1) | first_b) & *(const lanes_t *)(enter + wide + place)) |                                     \
                (b & *(const lanes_t *)(stay + wide + place));                                                          \
            met_a |= a, met_b |= b;                                                                                     \
        }                                                                                                               \
        states[block].now = a, states[block].met = met_a;                                                               \
        states[block + 1].now = b, states[block + 1].met = met_b;                                                       \
    }

typedef void step_t(const factors_t *factors, const uint8_t *kinds, int size, state_t *states);

static void step_plain(const factors_t *factors, const uint8_t *kinds, int size, state_t *states) { BODY }

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void step_avx2(const factors_t *factors, const uint8_t *kinds, int size, state_t *states) { BODY }
__attribute__((target("avx512f"))) static void step_avx512(const factors_t *factors, const uint8_t *kinds, int size, state_t *states) { BODY }

static step_t *fastest(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") ? step_avx512 : __builtin_cpu_supports("avx2") ? step_avx2 : step_plain;
}
#else
static step_t *fastest(void) { return step_plain; }
#endif

/* The numbers of the last places that were met, into `out` (room for all factors); how many, or -1 for too many blocks. */
EXPORT int64_t kernel_factors(const factors_t *factors, const uint8_t *data, int64_t size, int32_t *out) {
    state_t states[MOST_BLOCKS];
    uint8_t kinds[PIECE + 1];
    step_t *const step = fastest();
    if (factors->blocks > MOST_BLOCKS) return -1;
    memset(states, 0, sizeof(state_t) * (size_t)factors->blocks);
    kinds[0] = factors->class_of[EDGE];
    int have = 1;
    int64_t at = 0;
    do {
        const int64_t end = at + PIECE - have < size ? at + PIECE - have : size;
        for (; at < end; at++) kinds[have++] = factors->class_of[data[at]];
        if (at == size) kinds[have++] = factors->class_of[EDGE];
        step(factors, kinds, have, states);
        have = 0;
    } while (at < size);
    int64_t count = 0;
    for (int64_t word = 0; word < factors->blocks * LANES; word++) {
        uint64_t bits = states[word / LANES].met[word % LANES] & factors->last[word];
        for (; bits; bits &= bits - 1) out[count++] = (int32_t)(word * 64 + __builtin_ctzll(bits));
    }
    return count;
}
