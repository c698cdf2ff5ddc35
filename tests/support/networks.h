/* The networks of tests/expected/gradients.inl and what PyTorch in float64 says of them. */
#ifndef GF_TESTS_SUPPORT_NETWORKS_H
#define GF_TESTS_SUPPORT_NETWORKS_H

#include "gradflow/spec.h"

typedef struct gf_expected_layer {
    int32_t layer;
    double weight_grad_norm, bias_grad_norm, delta_rms;
} gf_expected_layer;

typedef struct gf_expected_network {
    gf_activation activation;
    gf_init init;
    int32_t depth, width, batch, input_width, output_width;
    uint64_t seed;
    uint32_t checksum; /* CRC-32 of the float32 bits of W and b of every layer, then input and
                          target; 0: orthogonal */
    double loss;
    double float32_error; /* the largest relative error of a float32 evaluation, see
                             make_expected.py */
    int32_t layer_count;  /* how many of its layers are in the table */
    gf_spec other;        /* further members; 0 is the default */
} gf_expected_network;

#define GF_NETWORK(activation, init, depth, width, batch, in, out, seed, checksum, loss, error,    \
                   layers, ...)                                                                    \
    {GF_ACTIVATION_##activation,                                                                   \
     GF_INIT_##init,                                                                               \
     depth,                                                                                        \
     width,                                                                                        \
     batch,                                                                                        \
     in,                                                                                           \
     out,                                                                                          \
     seed,                                                                                         \
     checksum,                                                                                     \
     loss,                                                                                         \
     error,                                                                                        \
     layers,                                                                                       \
     {__VA_ARGS__}},
#define GF_LAYER(...)
static const gf_expected_network gf_expected_networks[] = {
#include "expected/gradients.inl"
};
#undef GF_NETWORK
#undef GF_LAYER

/* Layer after layer of network after network. */
#define GF_NETWORK(...)
#define GF_LAYER(...) {__VA_ARGS__},
static const gf_expected_layer gf_expected_layers[] = {
#include "expected/gradients.inl"
};
#undef GF_NETWORK
#undef GF_LAYER

#define GF_EXPECTED_NETWORK_COUNT                                                                  \
    ((int32_t)(sizeof gf_expected_networks / sizeof gf_expected_networks[0]))

static inline gf_spec gf_expected_spec(const gf_expected_network *network)
{
    const gf_spec usual = gf_spec_default();
    gf_spec spec = network->other;
    spec.activation = network->activation;
    spec.init = network->init;
    spec.depth = network->depth;
    spec.width = network->width;
    spec.batch = network->batch;
    spec.input_width = network->input_width;
    spec.output_width = network->output_width;
    spec.seed = network->seed;
    if (spec.sigma == 0.0) spec.sigma = usual.sigma;
    if (spec.gain == 0.0) spec.gain = usual.gain;
    if (spec.skip_scale == 0.0) spec.skip_scale = usual.skip_scale;
    if (spec.loss_scale == 0.0) spec.loss_scale = usual.loss_scale;
    return spec;
}

#endif
