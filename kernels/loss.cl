/* L = mean((a - t)^2) of the output layer, dL/da times the loss scale and delta = dL/da f'(z); reference/backward.c says how
 * exponents enter. `up` as in backward.cl.
 *
 * Launch: (chunks of units, sample panels); sums[half of a panel][chunk], which the host adds in order. */
__kernel void loss(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state, uint layer,
                   __global const float *z, __global const float *a, __global const float *target,
                   __global float *delta, __global float *up, __global float *sums)
{
    const uint O = layers[layer].fan_out, panel = (uint)get_global_id(1), chunk = (uint)get_global_id(0);
    /* Of nothing but zeros the exponent says nothing, and the target would be lost under it. */
    const long exponent = state[layer].a_max == 0u ? 0 : max(state[layer].a_exponent, (long)0);
    const float a_scale = gf_power(state[layer].a_exponent - exponent), target_scale = gf_power_beside(exponent);
    /* |t| < 8: with this shift every square is at most 4. */
    const int shift = gf_exponent_of(max(state[layer].a_max, as_uint(8.0f)));
    const float2 down = gf_powers(-shift);
    if (panel == 0 && chunk == 0) {
        state[layer].delta_exponent = exponent;
        state[layer].loss_shift = shift;
    }
    float16 total[2] = {(float16)(0.0f), (float16)(0.0f)}; /* of the two halves */
    uint16 most = (uint16)(0u), up_most = (uint16)(0u);
    const int keeps_up = layers[layer].has_skip;
    const uint from = chunk * GF_CHUNK_UNITS, to = min(from + GF_CHUNK_UNITS, gf_pad(O));
    for (uint v = 2 * from; v < 2 * to; v++) {
        const ulong place = layers[layer].entries / 16 + (ulong)panel * gf_pad(O) * 2 + v;
        const ulong target_place = (ulong)panel * gf_pad(O) * 2 + v;
        const int16 mask = v / 2 < O ? gf_lane_mask(net, panel, v % 2) : (int16)(0);
        const float16 apart = ((__global const float16 *)a)[place] * a_scale -
                              ((__global const float16 *)target)[target_place] * target_scale;
        const float16 small = select((float16)(0.0f), apart * down.x * down.y, mask);
        const float16 above =
            select((float16)(0.0f), gf_round_16(net->precision, apart * net->loss_factor), mask);
        const float16 raw =
            gf_delta_16(net, &layers[layer], state[layer].z_exponent, above, ((__global const float16 *)z)[place]);
        const float16 value = select((float16)(0.0f), raw, mask);
        ((__global float16 *)delta)[place] = value;
        if (keeps_up) {
            ((__global float16 *)up)[target_place] = above;
            up_most = max(up_most, gf_finite_bits_16(above));
        }
        total[v % 2] = fma(small, small, total[v % 2]);
        most = max(most, gf_finite_bits_16(value));
    }
    if (net->norm == GF_NORM_NONE) gf_raise(&state[layer].delta_max, gf_max_of_16(most));
    if (keeps_up) gf_raise(&state[layer].up_max, gf_max_of_16(up_most));
    sums[2 * panel * get_global_size(0) + chunk] = gf_sum_of_16(total[0]);
    sums[(2 * panel + 1) * get_global_size(0) + chunk] = gf_sum_of_16(total[1]);
}
