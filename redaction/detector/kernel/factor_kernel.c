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
#define PRESENT 5    /* words with a bit for each symbol */

typedef struct {
    int64_t blocks, classes;
    const uint8_t *class_of; /* [257] */
    const uint64_t *enter, *stay; /* [blocks][classes][LANES] */
    const uint64_t *first, *last; /* [blocks][LANES]: the first and the last place of each factor */
    const int32_t *owners;  /* [places + 1]: whose factor ends at a place, as places of `patterns` */
    const int32_t *patterns;
    const uint64_t *needs; /* [blocks][PRESENT]: symbols of which one must be in a text for any factor of the block */
} factors_t;

typedef uint64_t lanes_t __attribute__((vector_size(8 * LANES), aligned(8)));

typedef struct {
    lanes_t now, met;
} state_t;

/* One piece of the text, two blocks at once: their steps wait for each other's results, not for their own. */
#define BODY                                                                                                            \
    const int64_t wide = factors->classes * LANES;                                                                      \
    for (int turn = 0; turn < count; turn += 2) {                                                                       \
        const int one = blocks[turn], other = blocks[turn + 1 < count ? turn + 1 : turn];                               \
        const uint64_t *enter_a = factors->enter + one * wide, *stay_a = factors->stay + one * wide;                    \
        const uint64_t *enter_b = factors->enter + other * wide, *stay_b = factors->stay + other * wide;                \
        const lanes_t first_a = *(const lanes_t *)(factors->first + one * LANES);                                       \
        const lanes_t first_b = *(const lanes_t *)(factors->first + other * LANES);                                     \
        lanes_t a = states[one].now, b = states[other].now, met_a = states[one].met, met_b = states[other].met;         \
        for (int at = 0; at < size; at++) {                                                                             \
            const int64_t place = (int64_t)kinds[at] * LANES;                                                           \
            a = (((a << 1) | first_a) & *(const lanes_t *)(enter_a + place)) | (a & *(const lanes_t *)(stay_a + place)); \
            b = (((b << 1) | first_b) & *(const lanes_t *)(enter_b + place)) | (b & *(const lanes_t *)(stay_b + place)); \
            met_a |= a, met_b |= b;                                                                                     \
        }                                                                                                               \
        states[other].now = b, states[other].met = met_b;                                                               \
        states[one].now = a, states[one].met = met_a;                                                                   \
    }

#define PARAMETERS const factors_t *factors, const uint8_t *kinds, int size, const int *blocks, int count, state_t *states
typedef void step_t(PARAMETERS);

static void step_plain(PARAMETERS) { BODY }

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void step_avx2(PARAMETERS) { BODY }
__attribute__((target("avx512f"))) static void step_avx512(PARAMETERS) { BODY }

static step_t *fastest(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") ? step_avx512 : __builtin_cpu_supports("avx2") ? step_avx2 : step_plain;
}
#else
static step_t *fastest(void) { return step_plain; }
#endif

/* A bit in `out` for each pattern of which a factor stands in the text; 0, or -1 for too many blocks. */
EXPORT int kernel_factors(const factors_t *factors, const uint8_t *data, int64_t size, uint64_t *out) {
    state_t states[MOST_BLOCKS];
    uint8_t kinds[PIECE + 1];
    step_t *const step = fastest();
    if (factors->blocks > MOST_BLOCKS) return -1;
    uint64_t present[PRESENT] = {0, 0, 0, 0, 1}; /* the edge */
    for (int64_t at = 0; at < size; at++) present[data[at] / 64] |= (uint64_t)1 << data[at] % 64;
    int blocks[MOST_BLOCKS], active = 0;
    for (int block = 0; block < factors->blocks; block++) {
        uint64_t some = 0;
        for (int word = 0; word < PRESENT; word++) some |= present[word] & factors->needs[block * PRESENT + word];
        if (some) blocks[active++] = block;
    }
    memset(states, 0, sizeof(state_t) * (size_t)factors->blocks);
    kinds[0] = factors->class_of[EDGE];
    int have = 1;
    int64_t at = 0;
    do {
        const int64_t end = at + PIECE - have < size ? at + PIECE - have : size;
        for (; at < end; at++) kinds[have++] = factors->class_of[data[at]];
        if (at == size) kinds[have++] = factors->class_of[EDGE];
        step(factors, kinds, have, blocks, active, states);
        have = 0;
    } while (at < size);
    for (int64_t word = 0; word < factors->blocks * LANES; word++) {
        uint64_t bits = states[word / LANES].met[word % LANES] & factors->last[word];
        for (; bits; bits &= bits - 1) {
            const int64_t place = word * 64 + __builtin_ctzll(bits);
            for (int32_t own = factors->owners[place]; own < factors->owners[place + 1]; own++)
                out[factors->patterns[own] / 64] |= (uint64_t)1 << factors->patterns[own] % 64;
        }
    }
    return 0;
}
