/* The activation table. A row: id, function in kernels/activation.cl (also the name users type), label,
 * derivative range, risk, note, then the numbers of gf_activation_info in order:
 *   f(0), f'(0-), f'(0+), f'(-inf), f'(+inf), lowest a, highest a, saturated at or below, saturated at or above.
 * Saturated means within 1.5 % of the distance between the two bounds (|tanh| > 0.97: Karpathy, makemore part 3). */
GF_ACTIVATION(SIGMOID, sigmoid, "Sigmoid", "(0, 0.25]", "vanishing",
              "every layer keeps at most a quarter of the gradient", 0.5, 0.25, 0.25, 0, 0, 0, 1,
              0.015, 0.985)
GF_ACTIVATION(TANH, tanh, "Tanh", "(0, 1]", "vanishing",
              "zero-centred, keeps small signals, still saturates", 0, 1, 1, 0, 0, -1, 1, -0.97, 0.97)
GF_ACTIVATION(RELU, relu, "ReLU", "{0, 1}", "dead units",
              "passes the gradient of active units unchanged, kills the rest", 0, 0, 1, 0, 1, 0, INFINITY,
              -INFINITY, INFINITY)
GF_ACTIVATION(LEAKY_RELU, leaky_relu, "Leaky ReLU", "{0.01, 1}", "low",
              "a slope of 0.01 below zero keeps every unit alive", 0, 0.01, 1, 0.01, 1, -INFINITY,
              INFINITY, -INFINITY, INFINITY)
GF_ACTIVATION(ELU, elu, "ELU", "(0, 1]", "low", "smooth, pulls the mean activation towards zero", 0, 1,
              1, 0, 1, -1, INFINITY, -0.97, INFINITY)
GF_ACTIVATION(SELU, selu, "SELU", "(0, 1.758]", "very low",
              "scaled so that mean 0 and variance 1 reproduce themselves", 0, 1.7580993408473766,
              1.0507009873554805, 0, 1.0507009873554805, -1.7580993408473766, INFINITY,
              -1.7053563606219553, INFINITY)
GF_ACTIVATION(LINEAR, linear, "Linear", "{1}", "none", "no activation: only the weights multiply the gradient", 0,
              1, 1, 1, 1, -INFINITY, INFINITY, -INFINITY, INFINITY)
GF_ACTIVATION(GELU, gelu, "GELU", "[-0.13, 1.13]", "low", "z times the chance that a normal value is below z", 0, 0.5,
              0.5, 0, 1, -0.16997120747990369, INFINITY, -INFINITY, INFINITY)
GF_ACTIVATION(SILU, silu, "SiLU", "[-0.10, 1.10]", "low", "z times sigmoid of z, also called swish", 0, 0.5, 0.5, 0, 1,
              -0.27846454276107380, INFINITY, -INFINITY, INFINITY)
GF_ACTIVATION(SOFTPLUS, softplus, "Softplus", "(0, 1)", "vanishing", "a smooth ReLU whose derivative is the sigmoid",
              0.69314718055994531, 0.5, 0.5, 0, 1, 0, INFINITY, -INFINITY, INFINITY)
GF_ACTIVATION(MISH, mish, "Mish", "[-0.11, 1.09]", "low", "z times tanh of softplus of z", 0, 0.6, 0.6, 0, 1,
              -0.30884341301725, INFINITY, -INFINITY, INFINITY)
GF_ACTIVATION(SOFTSIGN, softsign, "Softsign", "(0, 1]", "vanishing", "like tanh, but saturates slowly", 0, 1, 1, 0, 0,
              -1, 1, -0.97, 0.97)
GF_ACTIVATION(HARD_TANH, hard_tanh, "Hard tanh", "{0, 1}", "vanishing", "linear between -1 and 1, dead beyond", 0, 1, 1,
              0, 0, -1, 1, -1, 1)
