/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RANKSCOPE_H
#define RANKSCOPE_H

/*
 * The emitter's C interface: what runs inside a training rank.
 *
 * Rules that hold for every function:
 *  - nothing blocks, nothing throws, nothing registers at exit or handles signals;
 *  - a NULL emitter, a closed emitter, or a child forked after rs_open() is a silent no-op;
 *  - one thread at a time per emitter (the gradient functions may be called from autograd's and
 *    the collective's threads, as long as the calls don't overlap);
 *  - all numbers are doubles; NAN for loss or weight is sent as NAN, RS_ABSENT as "not measured".
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define RS_API __attribute__((visibility("default")))
#else
#define RS_API
#endif

#define RS_ABI_VERSION 1

typedef struct rs_emitter rs_emitter;

/* How a rank introduces itself. Every pointer may be NULL; strings are copied. */
typedef struct rs_options {
    uint32_t struct_size; /* sizeof(rs_options), so that the struct can grow */
    const char* endpoint; /* or the recorder's connection file; NULL: tcp://127.0.0.1:5757 */
    const char* run;      /* run id; NULL or "": the recorder's own run */
    const char* name;     /* display name */
    const char* config;   /* JSON object as text */
    const char* device;   /* "cpu", "cuda:0" */
    const char* software; /* "torch 2.13.0" */
    uint32_t rank;
    uint32_t world;
    uint32_t generation;            /* elastic restart count */
    uint32_t sketch_size;           /* power of two, 64..32768; 0: no sketch */
    uint32_t group_count;           /* layer groups, 0..256 */
    const char* const* group_names; /* group_count names */
    const uint64_t* group_sizes;    /* parameters in each group */
    uint64_t ring_bytes;            /* 0: 16 MiB */
    uint32_t
        block_when_full; /* 1: rs_step waits for room. For simulators only, never in training. */
    uint32_t reserved;
    uint32_t in_process; /* 1: the sender is to be a thread of this process, not one of its own */
    uint32_t reserved_too;
} rs_options;

/* Starts an emitter and its sender: the program rankscope-sender beside this library, or a thread
 * of this process where there is none or the system refuses. NULL when it could not start (then
 * everything else is a no-op); rs_last_error() says why. Takes some ten milliseconds, most of them
 * for the pages of the ring; never connects synchronously. */
RS_API rs_emitter* rs_open(const rs_options* options);

/* Why the last rs_open() of this thread returned NULL; valid until the next call. */
RS_API const char* rs_last_error(void);

enum { RS_FLOAT32 = 0, RS_BFLOAT16 = 1, RS_FLOAT16 = 2, RS_FLOAT64 = 3 };

/* One parameter's stretch of a flat gradient buffer. */
typedef struct rs_segment {
    uint64_t key;    /* names the parameter, equal on all ranks: a hash of its name */
    uint64_t offset; /* first element in the buffer */
    uint64_t count;  /* elements */
    uint32_t group;  /* layer group */
    uint32_t reserved;
} rs_segment;

/* Reads a local gradient (before the reduction): adds to n, to the groups' n, to the non-finite
 * count and to the sketch. When `copy` is not NULL the buffer's elements are also copied there in
 * the same pass (same type; for rs_reduced later). Cost: one read of the buffer. */
RS_API void rs_gradient(rs_emitter* e, const void* data, int type, const rs_segment* segments,
                        size_t segment_count, void* copy);

/* Reads the reduced mean gradient `mean` beside the kept local copy: adds to N, a and the groups'.
 */
RS_API void rs_reduced(rs_emitter* e, const void* local, const void* mean, int type,
                       const rs_segment* segments, size_t segment_count);

/* Adds sums and a sketch computed elsewhere (on a device). `sketch` holds sketch_size floats or is
 * NULL; `sums` holds n, N, a per group: 3 * group_count doubles, or 3 when there are no groups.
 * Any N or a that is rs_absent() means that the mean gradient was not measured. */
RS_API void rs_add_sums(rs_emitter* e, const double* sums, uint64_t nonfinite, const float* sketch);

/* Seed of the sketch for the step that is being gathered now: what a device kernel must use. */
RS_API uint64_t rs_sketch_seed(const rs_emitter* e);

/* Forgets the sums gathered since the last rs_step (a bucket is reduced a second time in a step).
 */
RS_API void rs_restart_sums(rs_emitter* e);

/* Marks "not measured" in rs_sample: a NaN with a payload of its own. */
RS_API double rs_absent(void);

/* Bits of rs_sample.flags, as in the protocol. */
enum {
    RS_LOSSY_REDUCE = 1,
    RS_MANY_REDUCTIONS = 2,
    RS_STEP_SKIPPED = 4,
    RS_EVAL_MODE = 8,
    RS_PARTIAL_GRADIENT = 16
};

/* Everything about a step that isn't gathered from gradients. */
typedef struct rs_sample {
    uint32_t struct_size; /* sizeof(rs_sample) */
    uint32_t flags;
    int64_t step;              /* -1: one after the last */
    double loss;               /* rs_absent(): not measured */
    double weight;             /* likewise */
    double grad_scale;         /* likewise: a common factor on all gradients */
    uint32_t loss_scale;       /* 0 unknown, 1 mean over own tokens, 2 by global tokens */
    uint32_t micro_count;      /* norms in micro_norms */
    const double* micro_norms; /* |running mean gradient| after each micro-batch */
    uint64_t hashes[4];        /* data, parameters, buffers, reduced gradient */
    uint32_t hash_mask;        /* bit i: hashes[i] is set */
    uint32_t reserved;
} rs_sample;

/* Ends the step: one record with everything gathered since the last call goes into the ring. Never
 * waits; when the ring is full the record is counted as lost and declared to the collector. */
RS_API void rs_step(rs_emitter* e, const rs_sample* sample);

/* What became of the records so far. */
typedef struct rs_statistics {
    uint64_t last_seq;     /* records made */
    uint64_t acknowledged; /* highest record known to be stored, 0 while none is */
    uint64_t lost;         /* records dropped because the ring was full */
    uint32_t connected;    /* a collector has answered */
    uint32_t isolated;     /* the sender is a process of its own */
} rs_statistics;
RS_API void rs_get_statistics(const rs_emitter* e, rs_statistics* out);

/* First half of rs_close(), for those who close several: the sender starts to say bye, for which it
 * has `timeout_ms`. Returns at once: 1 when rs_close() would not wait any more, 0 when it would. No
 * step may follow; called again, only the answer is new. */
RS_API int rs_begin_close(rs_emitter* e, uint32_t timeout_ms);

/* Says bye, waits at most `timeout_ms` for acks when a collector has answered (else not at all),
 * stops the sender and frees the emitter. */
RS_API void rs_close(rs_emitter* e, uint32_t timeout_ms);

#ifdef __cplusplus
}
#endif
#endif
