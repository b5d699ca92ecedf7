/* The tagger's network on integers (tagger/integer_network.py says what it is), for processors with AVX-512 VNNI.
 *
 * The sums are of integers and exact, what follows is the same float arithmetic in the same order as in numpy (no fused
 * multiply-add: -ffp-contract=off), so the scores are the same to the bit. A layer is worked out only for the words that
 * the layers behind it look at.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define WIDEST 128 /* values of a word inside the network */
#define TOGETHER 4 /* words whose sums are in registers at once */

typedef struct {
    int32_t dilation; /* 0: the output layer */
    int32_t inputs;   /* a multiple of 16 */
    int32_t outputs;  /* a multiple of 16, at most 80 */
    int32_t zero;     /* the byte that stands for 0 */
    float scale;
    float unused;
    const int8_t *weights; /* [inputs * looks / 4][outputs][4] */
    const int32_t *shift;  /* [outputs]: what `zero` adds to the sums */
    const float *factor, *bias;
} layer_t;

#if defined(__x86_64__)
#include <immintrin.h>
#define VNNI __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))

EXPORT int kernel_network_runs(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

VNNI static void quantise(const layer_t *layer, const float *state, uint8_t *out) {
    const __m512 scale = _mm512_set1_ps(layer->scale);
    const __m512 low = _mm512_set1_ps((float)-layer->zero), high = _mm512_set1_ps((float)(255 - layer->zero));
    const __m512i zero = _mm512_set1_epi32(layer->zero);
    for (int at = 0; at < layer->inputs; at += 16) {
        __m512 value = _mm512_div_ps(_mm512_loadu_ps(state + at), scale);
        value = _mm512_roundscale_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        value = _mm512_min_ps(_mm512_max_ps(value, low), high);
        __m512i whole = _mm512_add_epi32(_mm512_cvtps_epi32(value), zero);
        _mm_storeu_si128((__m128i *)(out + at), _mm512_cvtepi32_epi8(whole));
    }
}

/* The sums of TOGETHER words, for `BLOCKS` times 16 outputs, before any activation. */
#define UNROLLED _Pragma("GCC unroll 8")
#define SUMS(NAME, BLOCKS)                                                                                              \
    VNNI static void NAME(const layer_t *layer, const uint8_t *const rows[TOGETHER][3], int looks, float *out) {        \
        __m512i sum[TOGETHER][BLOCKS];                                                                                  \
        UNROLLED for (int word = 0; word < TOGETHER; word++)                                                                     \
            UNROLLED for (int block = 0; block < BLOCKS; block++) sum[word][block] = _mm512_setzero_si512();                     \
        const int8_t *weights = layer->weights;                                                                         \
        for (int look = 0; look < looks; look++)                                                                        \
            for (int at = 0; at < layer->inputs; at += 4, weights += BLOCKS * 64) {                                     \
                __m512i weight[BLOCKS];                                                                                 \
                UNROLLED for (int block = 0; block < BLOCKS; block++)                                                            \
                    weight[block] = _mm512_loadu_si512((const void *)(weights + block * 64));                           \
                UNROLLED for (int word = 0; word < TOGETHER; word++) {                                                           \
                    int32_t four;                                                                                       \
                    memcpy(&four, rows[word][look] + at, 4);                                                            \
                    const __m512i input = _mm512_set1_epi32(four);                                                      \
                    UNROLLED for (int block = 0; block < BLOCKS; block++)                                                        \
                        sum[word][block] = _mm512_dpbusd_epi32(sum[word][block], input, weight[block]);                 \
                }                                                                                                       \
            }                                                                                                           \
        UNROLLED for (int block = 0; block < BLOCKS; block++) {                                                                  \
            const __m512i shift = _mm512_loadu_si512((const void *)(layer->shift + block * 16));                        \
            const __m512 factor = _mm512_loadu_ps(layer->factor + block * 16);                                          \
            const __m512 bias = _mm512_loadu_ps(layer->bias + block * 16);                                              \
            UNROLLED for (int word = 0; word < TOGETHER; word++) {                                                               \
                __m512 value = _mm512_cvtepi32_ps(_mm512_sub_epi32(sum[word][block], shift));                           \
                _mm512_storeu_ps(out + word * WIDEST + block * 16, _mm512_add_ps(_mm512_mul_ps(value, factor), bias));  \
            }                                                                                                           \
        }                                                                                                               \
    }
SUMS(sums_of_80, 5)
SUMS(sums_of_16, 1)

/* The words for which a layer is worked out. */
static void look_around(const uint8_t *mask, int64_t size, int dilation, uint8_t *out) {
    for (int64_t at = 0; at < size; at++)
        out[at] = mask[at] | (at >= dilation ? mask[at - dilation] : 0) | (at + dilation < size ? mask[at + dilation] : 0);
}

/* Logits of the wanted words among `size` (some thousand at most) whose vectors are rows of `vectors`; 0, or -1 without
 * memory. `layers`: `count`, the last one is the output. */
VNNI static int block_logits(const layer_t *layers, int count, const float *vectors, int64_t width, const int64_t *rows,
                             int64_t size, const uint8_t *wanted, float *out, int64_t groups) {
    const int64_t edge = 16;
    uint8_t *masks = malloc((size_t)(size * count));
    uint8_t *bytes = malloc((size_t)((size + 2 * edge) * WIDEST));
    float *state = malloc(sizeof(float) * (size_t)(size * WIDEST));
    if (!masks || !bytes || !state) {
        free(masks), free(bytes), free(state);
        return -1;
    }
    memcpy(masks + size * (count - 1), wanted, (size_t)size);
    for (int number = count - 1; number > 0; number--)
        look_around(masks + size * number, size, layers[number - 1].dilation, masks + size * (number - 1));
    /* masks[k]: the words whose inputs to layer k are needed */
    for (int64_t at = 0; at < size; at++)
        if (masks[at]) quantise(layers, vectors + rows[at] * width, bytes + (at + edge) * WIDEST);
    for (int number = 0; number < count; number++) {
        const layer_t *layer = layers + number;
        const int last = number == count - 1, looks = last ? 1 : 3;
        memset(bytes, layer->zero, (size_t)(edge * WIDEST));
        memset(bytes + (edge + size) * WIDEST, layer->zero, (size_t)(edge * WIDEST));
        const uint8_t *mask = masks + size * (last ? number : number + 1);
        int64_t own[TOGETHER];
        int have = 0;
        float fresh[TOGETHER * WIDEST];
        for (int64_t at = 0; at <= size; at++) {
            if (at < size) {
                if (!mask[at]) continue;
                own[have++] = at;
                if (have < TOGETHER) continue;
            }
            if (!have) continue;
            const uint8_t *from[TOGETHER][3];
            for (int word = 0; word < TOGETHER; word++) {
                const int64_t place = own[word < have ? word : have - 1] + edge;
                for (int look = 0; look < looks; look++)
                    from[word][look] = bytes + (last ? place : place + (look - 1) * layer->dilation) * WIDEST;
            }
            (layer->outputs == 16 ? sums_of_16 : sums_of_80)(layer, from, looks, fresh);
            for (int word = 0; word < have; word++) {
                float *mine = fresh + word * WIDEST;
                if (last) {
                    memcpy(out, mine, sizeof(float) * (size_t)groups);
                    out += groups;
                    continue;
                }
                float *to = state + own[word] * WIDEST;
                for (int value = 0; value < layer->outputs; value++) {
                    const float positive = mine[value] > 0 ? mine[value] : 0;
                    to[value] = number ? positive + to[value] : positive;
                }
            }
            have = 0;
        }
        if (!last)
            for (int64_t at = 0; at < size; at++)
                if (mask[at]) quantise(layers + number + 1, state + at * WIDEST, bytes + (at + edge) * WIDEST);
    }
    free(masks), free(bytes), free(state);
    return 0;
}

/* Words worked on at once: what they need stays in the cache, and below what malloc asks the system for each time. */
#define BLOCK 192
EXPORT int kernel_logits(const layer_t *layers, int count, const float *vectors, int64_t width, const int64_t *rows,
                         int64_t size, const uint8_t *wanted, float *out, int64_t groups, int64_t reach) {
    uint8_t mask[BLOCK + 64];
    for (int64_t start = 0; start < size; start += BLOCK) {
        const int64_t end = start + BLOCK < size ? start + BLOCK : size;
        const int64_t low = start > reach ? start - reach : 0, high = end + reach < size ? end + reach : size;
        int64_t count_wanted = 0;
        memset(mask, 0, sizeof mask);
        for (int64_t at = start; at < end; at++) count_wanted += mask[at - low] = wanted[at];
        if (!count_wanted) continue;
        if (block_logits(layers, count, vectors, width, rows + low, high - low, mask, out, groups)) return -1;
        out += count_wanted * groups;
    }
    return 0;
}
#else
EXPORT int kernel_network_runs(void) { return 0; }
EXPORT int kernel_logits(const layer_t *layers, int count, const float *vectors, int64_t width, const int64_t *rows,
                         int64_t size, const uint8_t *wanted, float *out, int64_t groups, int64_t reach) {
    (void)layers, (void)count, (void)vectors, (void)width, (void)rows;
    (void)size, (void)wanted, (void)out, (void)groups, (void)reach;
    return -1;
}
#endif
