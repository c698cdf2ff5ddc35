/* Activations and their derivatives, once, for every backend.
 *
 * This file is compiled as OpenCL C (float and float16) and as C17 (double and float). It sees
 *   GF_REAL     the number type, scalar or vector      GF_R(x)    a literal of it
 *   GF_EXP, GF_EXPM1, GF_LOG1P, GF_ERFC, GF_ABS, GF_TANH functions of it
 *   GF_NAME(f)  the function's name for this type
 * and uses only ?: (component-wise on vectors), so that one text serves scalars and vectors.
 *
 * f and f' are functions of the pre-activation z. Formulas keep their relative accuracy in the tails: sigmoid'(20) is
 * 2.06e-9, not 1 - 1. NaN comes out as NaN. To add an activation: its two functions here, its row in
 * include/gradflow/activations.inl. */

static GF_REAL GF_NAME(sigmoid)(GF_REAL z)
{
    const GF_REAL e = GF_EXP(-GF_ABS(z));
    return (z < GF_R(0.0) ? e : GF_R(1.0)) / (GF_R(1.0) + e);
}
/* s (1 - s) = e / (1 + e)^2 with e = exp(-|z|): no cancellation. */
static GF_REAL GF_NAME(sigmoid_derivative)(GF_REAL z)
{
    const GF_REAL e = GF_EXP(-GF_ABS(z));
    return e / ((GF_R(1.0) + e) * (GF_R(1.0) + e));
}

static GF_REAL GF_NAME(tanh)(GF_REAL z) { return GF_TANH(z); }
/* 1 - tanh^2 = 4 e / (1 + e)^2 with e = exp(-2 |z|). */
static GF_REAL GF_NAME(tanh_derivative)(GF_REAL z)
{
    const GF_REAL e = GF_EXP(GF_R(-2.0) * GF_ABS(z));
    return GF_R(4.0) * e / ((GF_R(1.0) + e) * (GF_R(1.0) + e));
}

/* Written so that NaN falls through to z itself; the derivative at 0 is 0, as in PyTorch. */
static GF_REAL GF_NAME(relu)(GF_REAL z) { return z <= GF_R(0.0) ? GF_R(0.0) : z; }
static GF_REAL GF_NAME(relu_derivative)(GF_REAL z)
{
    return z > GF_R(0.0) ? GF_R(1.0) : z <= GF_R(0.0) ? GF_R(0.0) : z;
}

static GF_REAL GF_NAME(leaky_relu)(GF_REAL z) { return z > GF_R(0.0) ? z : GF_R(0.01) * z; }
static GF_REAL GF_NAME(leaky_relu_derivative)(GF_REAL z)
{
    return z > GF_R(0.0) ? GF_R(1.0) : z <= GF_R(0.0) ? GF_R(0.01) : z;
}

/* Clevert et al. 2015, alpha = 1. */
static GF_REAL GF_NAME(elu)(GF_REAL z) { return z > GF_R(0.0) ? z : GF_EXPM1(z); }
static GF_REAL GF_NAME(elu_derivative)(GF_REAL z) { return z > GF_R(0.0) ? GF_R(1.0) : GF_EXP(z); }

/* Klambauer et al. 2017: lambda 1.0507009873554805, alpha 1.6732632423543772, lambda * alpha 1.7580993408473766. */
static GF_REAL GF_NAME(selu)(GF_REAL z)
{
    return z > GF_R(0.0) ? GF_R(1.0507009873554805) * z : GF_R(1.7580993408473766) * GF_EXPM1(z);
}
static GF_REAL GF_NAME(selu_derivative)(GF_REAL z)
{
    return z > GF_R(0.0) ? GF_R(1.0507009873554805) : GF_R(1.7580993408473766) * GF_EXP(z);
}

static GF_REAL GF_NAME(linear)(GF_REAL z) { return z; }
static GF_REAL GF_NAME(linear_derivative)(GF_REAL z) { return z == z ? GF_R(1.0) : z; }

/* Hendrycks and Gimpel 2016: z Phi(z), with Phi(z) = erfc(-z / sqrt 2) / 2 accurate in the lower tail. */
static GF_REAL GF_NAME(gelu)(GF_REAL z)
{
    return z * (GF_R(0.5) * GF_ERFC(GF_R(-0.70710678118654752) * z));
}
/* Phi(z) + z phi(z). */
static GF_REAL GF_NAME(gelu_derivative)(GF_REAL z)
{
    return GF_R(0.5) * GF_ERFC(GF_R(-0.70710678118654752) * z) +
           z * (GF_R(0.39894228040143268) * GF_EXP(GF_R(-0.5) * z * z));
}

/* Elfwing et al. 2017. */
static GF_REAL GF_NAME(silu)(GF_REAL z) { return z * GF_NAME(sigmoid)(z); }
/* s + z s (1 - s). */
static GF_REAL GF_NAME(silu_derivative)(GF_REAL z)
{
    return GF_NAME(sigmoid)(z) + z * GF_NAME(sigmoid_derivative)(z);
}

/* log(1 + e^z) = max(z, 0) + log1p(e^-|z|). */
static GF_REAL GF_NAME(softplus)(GF_REAL z)
{
    return (z < GF_R(0.0) ? GF_R(0.0) : z) + GF_LOG1P(GF_EXP(-GF_ABS(z)));
}
static GF_REAL GF_NAME(softplus_derivative)(GF_REAL z) { return GF_NAME(sigmoid)(z); }

/* Misra 2019: z tanh(softplus(z)). With e = exp(-|z|), tanh(softplus(z)) is (1 + 2 e) / (1 + 2 e + 2 e^2) for z >= 0 and
 * e (e + 2) / (e (e + 2) + 2) for z < 0: neither overflows nor cancels. */
static GF_REAL GF_NAME(mish_gate)(GF_REAL z)
{
    const GF_REAL e = GF_EXP(-GF_ABS(z));
    const GF_REAL above = (GF_R(1.0) + GF_R(2.0) * e) / (GF_R(1.0) + GF_R(2.0) * e * (GF_R(1.0) + e));
    const GF_REAL below = e * (e + GF_R(2.0)) / (e * (e + GF_R(2.0)) + GF_R(2.0));
    return z < GF_R(0.0) ? below : above;
}
static GF_REAL GF_NAME(mish)(GF_REAL z) { return z * GF_NAME(mish_gate)(z); }
/* gate + z (1 - gate^2) sigmoid(z); 1 - gate^2 is 4 e^2 (1 + e)^2 / D^2 above and 4 (n + 1) / (n + 2)^2 below. */
static GF_REAL GF_NAME(mish_derivative)(GF_REAL z)
{
    const GF_REAL e = GF_EXP(-GF_ABS(z));
    const GF_REAL d = GF_R(1.0) + GF_R(2.0) * e * (GF_R(1.0) + e);
    const GF_REAL n = e * (e + GF_R(2.0));
    const GF_REAL above = GF_R(2.0) * e * (GF_R(1.0) + e) / d;
    const GF_REAL below = GF_R(4.0) * (n + GF_R(1.0)) / ((n + GF_R(2.0)) * (n + GF_R(2.0)));
    return GF_NAME(mish_gate)(z) + z * (z < GF_R(0.0) ? below : above * above) * GF_NAME(sigmoid)(z);
}

static GF_REAL GF_NAME(softsign)(GF_REAL z) { return z / (GF_R(1.0) + GF_ABS(z)); }
static GF_REAL GF_NAME(softsign_derivative)(GF_REAL z)
{
    return GF_R(1.0) / ((GF_R(1.0) + GF_ABS(z)) * (GF_R(1.0) + GF_ABS(z)));
}

/* The derivative at -1 and 1 is 0, as in PyTorch. */
static GF_REAL GF_NAME(hard_tanh)(GF_REAL z)
{
    return z < GF_R(-1.0) ? GF_R(-1.0) : z > GF_R(1.0) ? GF_R(1.0) : z;
}
static GF_REAL GF_NAME(hard_tanh_derivative)(GF_REAL z)
{
    return z == z ? (GF_ABS(z) < GF_R(1.0) ? GF_R(1.0) : GF_R(0.0)) : z;
}
