/* What forward and backward of the GPU family do with finished sums, four at a time, whoever has made them: a tile that has all
 * terms (gpu_products.cl), or what adds up its parts (gpu_split.cl). Maxima are gathered by work-item, then by group. */

/* The group's maxima of both go to their places, where 0 changes nothing. */
static void gf_raise_both(volatile __local uint *most, uint first, volatile __global uint *first_at, uint second,
                          volatile __global uint *second_at)
{
    if (get_local_id(0) < 2) most[get_local_id(0)] = 0u;
    barrier(CLK_LOCAL_MEM_FENCE);
    atomic_max(&most[0], first);
    atomic_max(&most[1], second);
    barrier(CLK_LOCAL_MEM_FENCE);
    if (get_local_id(0) != 0) return;
    gf_raise(first_at, most[0]);
    gf_raise(second_at, most[1]);
}

typedef struct gf_forward_end {
    gf_join join;
    float bias_scale;
    int activation, whole; /* nothing is normalised: a is made here */
    __global const float *bias;
    __global const float4 *below; /* a of the layer below */
    __global float4 *z, *a;
    uint z_max, a_max;
} gf_forward_end;

/* Work-item 0 of the launch writes the exponents. `k` is that of the product. */
static gf_forward_end gf_forward_end_of(__global const gf_network *net, __global const gf_layer *layers, __global gf_state *state,
                                        uint layer, int k, __global const float *bias, __global const float *a_below,
                                        __global float *z, __global float *a)
{
    const long below = state[layer - 1].a_exponent;
    gf_forward_end end;
    end.join = gf_join_of(net, &layers[layer], below + k, below);
    if (get_global_id(0) == 0) gf_set_forward_exponents(&state[layer], &end.join);
    end.bias_scale = net->has_bias ? gf_power_beside(end.join.z_exponent) : 0.0f;
    end.activation = layers[layer].activation;
    end.whole = net->norm == GF_NORM_NONE;
    end.bias = bias + layers[layer].bias;
    end.below = (__global const float4 *)(a_below + layers[layer - 1].entries);
    end.z = (__global float4 *)(z + layers[layer].entries);
    end.a = (__global float4 *)(a + layers[layer].entries);
    end.z_max = end.a_max = 0u;
    return end;
}

static void gf_forward_result(__global const gf_network *net, gf_forward_end *end, const gf_spot *spot, float4 sum)
{
    const float b = end->bias[spot->unit] * end->bias_scale;
    const float4 z_value = select((float4)(0.0f), gf_round_4(net->precision, sum + b), spot->mask);
    end->z[spot->place] = z_value;
    end->z_max = max(end->z_max, gf_max_of_4(gf_finite_bits_4(z_value)));
    if (!end->whole) return;
    const float4 beside = end->join.has_skip ? end->below[spot->place] : (float4)(0.0f);
    const float4 a_value =
        select((float4)(0.0f), gf_output_4(net, end->activation, &end->join, z_value, beside), spot->mask);
    end->a[spot->place] = a_value;
    end->a_max = max(end->a_max, gf_max_of_4(gf_finite_bits_4(a_value)));
}

static void gf_forward_raise(__global gf_state *at, const gf_forward_end *end, volatile __local uint *most)
{
    gf_raise_both(most, end->z_max, end->whole ? &at->z_max : &at->raw_max, end->a_max, &at->a_max);
}

typedef struct gf_backward_end {
    float2 scale; /* of the product's operand, and of what came beside the skip */
    int has_skip, keeps_up;
    __global const gf_layer *below; /* whose delta is made */
    long z_exponent;
    __global const float4 *z;
    __global float4 *delta, *up;
    uint delta_max, up_max;
} gf_backward_end;

/* Work-item 0 of the launch writes the exponent. `k` is that of the product. */
static gf_backward_end gf_backward_end_of(__global const gf_layer *layers, __global gf_state *state, uint layer, int k,
                                          __global const float *z_below, __global float *delta_below, __global float *up)
{
    gf_backward_end end;
    if (get_global_id(0) == 0) state[layer - 1].delta_exponent = state[layer].delta_exponent + k;
    end.scale = gf_powers(-k);
    end.has_skip = layers[layer].has_skip;
    end.below = &layers[layer - 1];
    end.keeps_up = end.below->has_skip;
    end.z_exponent = state[layer - 1].z_exponent;
    end.z = (__global const float4 *)(z_below + end.below->entries);
    end.delta = (__global float4 *)(delta_below + end.below->entries);
    end.up = (__global float4 *)up;
    end.delta_max = end.up_max = 0u;
    return end;
}

static void gf_backward_result(__global const gf_network *net, gf_backward_end *end, const gf_spot *spot, float4 sum)
{
    float4 above = gf_round_4(net->precision, sum);
    if (end->has_skip) above = gf_round_4(net->precision, above + end->up[spot->place] * end->scale.x * end->scale.y);
    above = select((float4)(0.0f), above, spot->mask);
    if (end->keeps_up) {
        end->up[spot->place] = above;
        end->up_max = max(end->up_max, gf_max_of_4(gf_finite_bits_4(above)));
    }
    const float4 raw = gf_delta_4(net, end->below, end->z_exponent, above, end->z[spot->place]);
    const float4 value = select((float4)(0.0f), raw, spot->mask);
    end->delta[spot->place] = value;
    end->delta_max = max(end->delta_max, gf_max_of_4(gf_finite_bits_4(value)));
}

/* Before a normalisation delta is not there yet: its maximum is for those who make it. */
static void gf_backward_raise(__global const gf_network *net, __global gf_state *below, const gf_backward_end *end,
                              volatile __local uint *most)
{
    const uint delta_max = net->norm == GF_NORM_NONE ? end->delta_max : 0u;
    gf_raise_both(most, delta_max, &below->delta_max, end->up_max, &below->up_max);
}
