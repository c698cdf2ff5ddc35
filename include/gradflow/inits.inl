/* The initialisation table. A row: id, name, label, variance of one weight, what it suits, distribution.
 * gf_spec_weight_std() holds the formulas. */
GF_INIT(XAVIER_NORMAL, "xavier_normal", "Xavier normal", "2 / (fan_in + fan_out)", "sigmoid, tanh", GF_NORMAL)
GF_INIT(XAVIER_UNIFORM, "xavier_uniform", "Xavier uniform", "2 / (fan_in + fan_out)", "sigmoid, tanh", GF_UNIFORM)
GF_INIT(HE_NORMAL, "he_normal", "He normal", "2 / fan_in", "ReLU and its kin", GF_NORMAL)
GF_INIT(HE_UNIFORM, "he_uniform", "He uniform", "2 / fan_in", "ReLU and its kin", GF_UNIFORM)
GF_INIT(LECUN_NORMAL, "lecun_normal", "LeCun normal", "1 / fan_in", "SELU", GF_NORMAL)
GF_INIT(LECUN_UNIFORM, "lecun_uniform", "LeCun uniform", "1 / fan_in", "SELU", GF_UNIFORM)
GF_INIT(NORMAL, "normal", "Normal (sigma)", "sigma^2", "nothing at sigma = 1", GF_NORMAL)
GF_INIT(PYTORCH_DEFAULT, "pytorch_default", "PyTorch default", "1 / (3 fan_in), bias alike", "what nn.Linear gives", GF_UNIFORM)
GF_INIT(UNIFORM, "uniform", "Uniform (sigma)", "sigma^2", "nothing at sigma = 1", GF_UNIFORM)
GF_INIT(ORTHOGONAL, "orthogonal", "Orthogonal", "1 / max(fan_in, fan_out)", "very deep linear and tanh", GF_NORMAL)
GF_INIT(ZEROS, "zeros", "Zeros", "0", "nothing: every unit stays like its neighbour", GF_NORMAL)
