/* What the device can do at all: multiply-adds that never leave the registers, and bytes read once. Only the benchmark uses
 * them. Launch: one work-item a group on CPUs, groups of 64 on GPUs; as many as the host says. */

/* GF_PEAK_ROWS accumulators of 16 floats: enough to hide the latency of a multiply-add, few enough for the registers. */
#ifndef GF_PEAK_ROWS
#define GF_PEAK_ROWS 16
#endif

/* rounds * GF_PEAK_ROWS * 16 * 2 operations a work-item. */
__kernel void peak_multiply(__global float *out, uint rounds, float factor)
{
    float16 sum[GF_PEAK_ROWS];
#pragma unroll
    for (int row = 0; row < GF_PEAK_ROWS; row++)
        sum[row] = (float16)((float)(row + (int)get_global_id(0)));
    const float16 by = (float16)(factor), plus = (float16)(1.0f - factor);
    for (uint round = 0; round < rounds; round++) {
#pragma unroll
        for (int row = 0; row < GF_PEAK_ROWS; row++)
            sum[row] = fma(sum[row], by, plus);
    }
    float16 all = sum[0];
#pragma unroll
    for (int row = 1; row < GF_PEAK_ROWS; row++)
        all += sum[row];
    out[get_global_id(0)] = all.s0 + all.s1 + all.s2 + all.s3 + all.s4 + all.s5 + all.s6 + all.s7 + all.s8 + all.s9 +
                            all.sa + all.sb + all.sc + all.sd + all.se + all.sf;
}

/* Each work-item adds `count` vectors, `stride` apart. */
__kernel void peak_read(__global const float16 *from, __global float *out, uint count, uint stride)
{
    float16 sum = (float16)(0.0f);
    __global const float16 *at = from + (stride == 1u ? get_global_id(0) * count : get_global_id(0));
    for (uint i = 0; i < count; i++)
        sum += at[(ulong)i * stride];
    out[get_global_id(0)] = sum.s0 + sum.s1 + sum.s2 + sum.s3 + sum.s4 + sum.s5 + sum.s6 + sum.s7 + sum.s8 + sum.s9 +
                            sum.sa + sum.sb + sum.sc + sum.sd + sum.se + sum.sf;
}
