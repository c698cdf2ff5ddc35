/* The networks of tests/expected/gradients.inl and what PyTorch in float64 says of them. */
#ifndef GF_TESTS_SUPPORT_NETWORKS_H
#define GF_TESTS_SUPPORT_NETWORKS_H

#include "gradflow/spec.h"

typedef struct gf_expected_layer {
    double weight_grad_norm, bias_grad_norm, delta_rms;
} gf_expected_layer;

typedef struct gf_expected_network {
    gf_activation activation;
    gf_init init;
    int32_t depth, width, batch, input_width, output_width;
    double gain;
    uint64_t seed;
    uint32_t
        checksum; /* CRC-32 of the float32 bits of W and b of every layer, then input and target */
    double loss;
    double float32_error; /* the largest relative error of a float32 evaluation, see
                             make_expected.py */
} gf_expected_network;

static const gf_expected_network gf_expected_networks[] = {
#define GF_NETWORK(activation, init, ...) {GF_ACTIVATION_##activation, GF_INIT_##init, __VA_ARGS__},
#define GF_LAYER(...)
#include "expected/gradients.inl"
#undef GF_NETWORK
#undef GF_LAYER
};

/* Layer after layer of network after network. */
static const gf_expected_layer gf_expected_layers[] = {
#define GF_NETWORK(...)
#define GF_LAYER(...) {__VA_ARGS__},
#include "expected/gradients.inl"
#undef GF_NETWORK
#undef GF_LAYER
};

#define GF_EXPECTED_NETWORK_COUNT                                                                  \
    ((int32_t)(sizeof gf_expected_networks / sizeof gf_expected_networks[0]))

static inline gf_spec gf_expected_spec(const gf_expected_network *network)
{
    gf_spec spec = gf_spec_default();
    spec.activation = network->activation;
    spec.init = network->init;
    spec.depth = network->depth;
    spec.width = network->width;
    spec.batch = network->batch;
    spec.input_width = network->input_width;
    spec.output_width = network->output_width;
    spec.gain = network->gain;
    spec.seed = network->seed;
    return spec;
}

#endif
