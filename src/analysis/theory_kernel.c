/* Quadrature: Gauss-Legendre panels in x = z / std. Panels end at 0 and |z| = 1, where activations
 * have their kinks, then double in z, as the tails of f do, until the weight exp(-x^2 / 2) wants
 * steps of its own. */
#include "analysis/theory_kernel.h"

#include <math.h>
#include <string.h>

#include "model/activation.h"

#define FAR_LOG2       40.0 /* as gf_rescale() in compute/backend.h */
#define NODES          16
#define PANELS_MAX     80
#define HALF_MAX       (NODES * PANELS_MAX)
#define X_STEP         1.5
#define X_END          10.5 /* exp(-x^2 / 4), which bounds every Hermite function, is 1e-12 there */
#define TERMS_MAX      128
#define TERM_TOLERANCE 1e-10
#define ROOT_2PI       2.50662827463100050
#define PI             3.14159265358979324

/* Gauss-Legendre with 16 nodes on [-1, 1]: the positive half. */
static const double node_place[NODES / 2] = {
    0.0950125098376374402, 0.2816035507792589132, 0.4580167776572273863, 0.6178762444026437484,
    0.7554044083550030339, 0.8656312023878317439, 0.9445750230732325761, 0.9894009349916499326};
static const double node_weight[NODES / 2] = {
    0.1894506104550684963, 0.1826034150449235888, 0.1691565193950025382, 0.1495959888165767321,
    0.1246289712555338720, 0.0951585116824927848, 0.0622535239386478929, 0.0271524594117540949};

/* A function of z at the nodes, as its sum and its difference over x and -x. */
typedef struct parts {
    double even[HALF_MAX], odd[HALF_MAX];
} parts;

typedef struct grid {
    int count;
    double std;
    double x[HALF_MAX], weight[HALF_MAX]; /* the normal density is in the weight */
    parts f, slope, product;              /* f / u, f', f f' / u */
} grid;

static bool is_unbounded(const gf_activation_info *f)
{
    return f->slope_at_minus != 0.0 || f->slope_at_plus != 0.0;
}

bool gf_kernel_is_straight(gf_activation activation, double log2_std)
{
    if (activation == GF_ACTIVATION_RELU || activation == GF_ACTIVATION_LEAKY_RELU ||
        activation == GF_ACTIVATION_LINEAR)
        return true;
    const gf_activation_info *f = gf_activation_get(activation);
    if (log2_std < -FAR_LOG2) return f->value_at_zero == 0.0;
    return log2_std > FAR_LOG2 && is_unbounded(f);
}

bool gf_kernel_scales(gf_activation activation, double log2_std)
{
    return gf_activation_get(activation)->value_at_zero == 0.0 ||
           gf_kernel_is_straight(activation, log2_std);
}

static void add_panel(grid *at, double low, double high)
{
    const double middle = 0.5 * (low + high), half = 0.5 * (high - low);
    for (int i = 0; i < NODES; i++) {
        const int k = i % (NODES / 2);
        const double x = middle + (i < NODES / 2 ? -half : half) * node_place[k];
        at->x[at->count] = x;
        at->weight[at->count++] = half * node_weight[k] * exp(-0.5 * x * x) / ROOT_2PI;
    }
}

static void add_panels(grid *at)
{
    at->count = 0;
    for (double x = 0.0; x < X_END && at->count < HALF_MAX;) {
        const double z = x * at->std;
        const double kink = z < 0.999999 ? 1.0 / at->std : 2.0 * x;
        const double next = fmin(fmin(x + X_STEP, kink), X_END);
        add_panel(at, x, next);
        x = next;
    }
}

static void fill_grid(grid *at, gf_activation activation, double std, double unit)
{
    at->std = std;
    add_panels(at);
    for (int i = 0; i < at->count; i++) {
        const double z = std * at->x[i];
        const double f_plus = gf_activation_value(activation, z) / unit;
        const double f_minus = gf_activation_value(activation, -z) / unit;
        const double slope_plus = gf_activation_derivative(activation, z);
        const double slope_minus = gf_activation_derivative(activation, -z);
        at->f.even[i] = f_plus + f_minus;
        at->f.odd[i] = f_plus - f_minus;
        at->slope.even[i] = slope_plus + slope_minus;
        at->slope.odd[i] = slope_plus - slope_minus;
        at->product.even[i] = f_plus * slope_plus + f_minus * slope_minus;
        at->product.odd[i] = f_plus * slope_plus - f_minus * slope_minus;
    }
}

/* E[g]. */
static double average(const grid *at, const parts *g)
{
    double sum = 0.0;
    for (int i = 0; i < at->count; i++)
        sum += at->weight[i] * g->even[i];
    return sum;
}

/* E[x g]. */
static double first_moment(const grid *at, const parts *g)
{
    double sum = 0.0;
    for (int i = 0; i < at->count; i++)
        sum += at->weight[i] * at->x[i] * g->odd[i];
    return sum;
}

/* E[g h], from g(x) h(x) + g(-x) h(-x) = (even even + odd odd) / 2. */
static double average_of_product(const grid *at, const parts *g, const parts *h)
{
    double sum = 0.0;
    for (int i = 0; i < at->count; i++)
        sum += at->weight[i] * (g->even[i] * h->even[i] + g->odd[i] * h->odd[i]);
    return 0.5 * sum;
}

static gf_kernel average_single(const grid *at, double unit)
{
    return (gf_kernel){
        .mean = average(at, &at->f),
        .square = average_of_product(at, &at->f, &at->f),
        .slope = average(at, &at->slope),
        .slope2 = average_of_product(at, &at->slope, &at->slope),
        .product = average(at, &at->product),
        .pull = average_of_product(at, &at->product, &at->product),
        .mixed = average_of_product(at, &at->product, &at->slope),
        .bend = first_moment(at, &at->slope) * unit / at->std,
        .stein = first_moment(at, &at->product) * unit / at->std,
    };
}

/* Coefficient of the normalised Hermite polynomial h_n of g; `odd` says whether n is. */
static double coefficient(const grid *at, const double *hermite, const parts *g, int odd)
{
    const double *values = odd ? g->odd : g->even;
    double sum = 0.0;
    for (int i = 0; i < at->count; i++)
        sum += at->weight[i] * hermite[i] * values[i];
    return sum;
}

/* h_(n+1) = (x h_n - sqrt(n) h_(n-1)) / sqrt(n + 1), into `before`, which holds h_(n-1). */
static void next_hermite(const grid *at, const double *now, double *before, int n)
{
    const double root = sqrt((double)n), scale = 1.0 / sqrt(n + 1.0);
    for (int i = 0; i < at->count; i++)
        before[i] = (at->x[i] * now[i] - root * before[i]) * scale;
}

/* What a series of squares still lacks, by Parseval's equation: of it at most c^n counts. */
typedef struct series {
    double total, found, sum;
} series;

static bool add_term(series *self, double square, double power)
{
    self->found += square;
    self->sum += square * power;
    return power * (self->total - self->found) <= TERM_TOLERANCE * self->total;
}

/* What is left of a series cut at n = N, by Parseval's equation, if its squares fall as n^(-3/2): f
 * has a kink or f' a jump. sum c^n n^(-3/2) / sum n^(-3/2) over n > N is e^(-x) - sqrt(pi x)
 * erfc(sqrt x), x = -N ln c. Smooth functions leave nothing. */
static double tail_share(double c, int N)
{
    const double x = -N * log(c);
    return fmax(exp(-x) - sqrt(PI * x) * erfc(sqrt(x)), 0.0);
}

static double finish(const series *self, double share)
{
    return self->sum + fmax(self->total - self->found, 0.0) * share;
}

static void average_pairs(const grid *at, double c, gf_kernel *out)
{
    double rooms[2][HALF_MAX], power = 1.0;
    series f = {.total = out->square}, slope = {.total = out->slope2},
           product = {.total = out->pull};
    memset(rooms[1], 0, sizeof rooms[1]);
    for (int i = 0; i < at->count; i++)
        rooms[0][i] = 1.0;
    double mixed = 0.0, mixed_found = 0.0;
    int n = 0;
    for (bool done = false; !done && n < TERMS_MAX; n++, power *= c) {
        const double *hermite = rooms[n & 1];
        const double F = coefficient(at, hermite, &at->f, n & 1);
        const double D = coefficient(at, hermite, &at->slope, n & 1);
        const double P = coefficient(at, hermite, &at->product, n & 1);
        const bool f_done = add_term(&f, F * F, power), slope_done = add_term(&slope, D * D, power),
                   product_done = add_term(&product, P * P, power);
        done = f_done && slope_done && product_done;
        mixed += P * D * power;
        mixed_found += P * D;
        next_hermite(at, hermite, rooms[(n + 1) & 1], n);
    }
    const double share = tail_share(c, n);
    out->pair = finish(&f, share);
    out->slope_pair = finish(&slope, share);
    out->pull_pair = finish(&product, share);
    out->mixed_pair = mixed + (out->mixed - mixed_found) * share;
}

/* f = below z for z < 0 and above z for z > 0, in units of std: half-normal moments, and for two
 * samples the arc-cosine kernels of Cho and Saul 2009. */
static gf_kernel straight(double below, double above, double c)
{
    const double angle = acos(fmin(c, 1.0)), sine = sin(angle);
    const double same = (sine + (PI - angle) * c) / (2.0 * PI); /* E[x x~; both > 0] */
    const double opposite = (sine - angle * c) / (2.0 * PI);    /* -E[x x~; x > 0 > x~] */
    const double side = 1.0 / ROOT_2PI;                         /* E[x; x > 0] */
    const double a2 = above * above, b2 = below * below;
    const double agree = (PI - angle) / (2.0 * PI), differ = angle / (2.0 * PI);
    const double alike = (a2 * above - b2 * below) * (1.0 + c),
                 unlike = above * below * (above - below) * (1.0 - c);
    return (gf_kernel){
        .mean = (above - below) * side,
        .square = 0.5 * (a2 + b2),
        .slope = 0.5 * (above + below),
        .slope2 = 0.5 * (a2 + b2),
        .product = (a2 - b2) * side,
        .pull = 0.5 * (a2 * a2 + b2 * b2),
        .mixed = (a2 * above - b2 * below) * side,
        .bend = (above - below) * side,
        .stein = 0.5 * (a2 + b2),
        .pair = (a2 + b2) * same - 2.0 * above * below * opposite,
        .slope_pair = (a2 + b2) * agree + 2.0 * above * below * differ,
        .pull_pair = (a2 * a2 + b2 * b2) * same - 2.0 * a2 * b2 * opposite,
        .mixed_pair = 0.5 * side * (alike + unlike),
    };
}

static gf_kernel straight_of(gf_activation activation, double log2_std, double c)
{
    const gf_activation_info *f = gf_activation_get(activation);
    const bool near = log2_std < 0.0;
    return straight(near ? f->slope_below_zero : f->slope_at_minus,
                    near ? f->slope_above_zero : f->slope_at_plus, c);
}

/* z is 0 and nothing else: f(0), and f'(0) as backward takes it. With std 0 the unit is 1. */
static gf_kernel at_zero(gf_activation activation)
{
    const double f = gf_activation_value(activation, 0.0),
                 slope = gf_activation_derivative(activation, 0.0);
    return (gf_kernel){
        .mean = f,
        .square = f * f,
        .slope = slope,
        .slope2 = slope * slope,
        .product = f * slope,
        .pull = f * f * slope * slope,
        .mixed = f * slope * slope,
        .pair = f * f,
        .slope_pair = slope * slope,
        .pull_pair = f * f * slope * slope,
        .mixed_pair = f * slope * slope,
    };
}

/* Where f(0) is not 0 all averages have reached their limits at 1e-5 (to 1e-10), and first moments
 * would cancel below; a bounded f has reached them at 2^60. */
static double clamped_std(gf_activation activation, double log2_std)
{
    const double std = exp2(fmin(log2_std, 60.0));
    return gf_activation_get(activation)->value_at_zero == 0.0 ? std : fmax(std, 1e-5);
}

/* Independent samples and equal ones need no series. */
static void fill_pairs(const grid *at, double c, gf_kernel *out)
{
    if (c > 1.0 - 1e-14) {
        out->pair = out->square;
        out->slope_pair = out->slope2;
        out->pull_pair = out->pull;
        out->mixed_pair = out->mixed;
    } else if (c > 0.0) {
        average_pairs(at, c, out);
    } else {
        out->pair = out->mean * out->mean;
        out->slope_pair = out->slope * out->slope;
        out->pull_pair = out->product * out->product;
        out->mixed_pair = out->product * out->slope;
    }
}

gf_kernel gf_kernel_make(gf_activation activation, double log2_std, double c)
{
    if (log2_std == -INFINITY) return at_zero(activation);
    if (gf_kernel_is_straight(activation, log2_std)) return straight_of(activation, log2_std, c);
    grid at;
    const double std = clamped_std(activation, log2_std);
    const double unit = gf_kernel_scales(activation, log2_std) ? std : 1.0;
    fill_grid(&at, activation, std, unit);
    gf_kernel out = average_single(&at, unit);
    fill_pairs(&at, c, &out);
    return out;
}

gf_kernel gf_kernel_single(gf_activation activation, double log2_std)
{
    gf_kernel out = gf_kernel_make(activation, log2_std, 0.0);
    out.pair = out.slope_pair = out.pull_pair = out.mixed_pair = 0.0;
    return out;
}
