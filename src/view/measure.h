/* What the chart can show of every layer, as one number a layer in the unit of its axis: log10, or
 * percent. */
#ifndef GF_VIEW_MEASURE_H
#define GF_VIEW_MEASURE_H

#include "gradflow/records.h"

/* id, logarithmic, label in lists, head of the chart */
#define GF_MEASURE_TABLE(X)                                                                        \
    X(WEIGHT_GRAD, true, "Weight gradient", "GRADIENT STRENGTH   ‖∂L/∂W‖ per layer")               \
    X(DELTA, true, "Delta", "GRADIENT SIGNAL   rms ∂L/∂z per layer")                               \
    X(ACTIVATION_STD, true, "Activation std", "SIGNAL STRENGTH   std of a per layer")              \
    X(SATURATED, false, "Saturated", "SATURATED ACTIVATIONS   per layer")                          \
    X(DEAD, false, "Dead units", "DEAD UNITS   per layer")                                         \
    X(UPDATE_RATIO, true, "Update : weight", "UPDATE : WEIGHT   0.01 · rms ∂L/∂W / rms W per layer")

typedef enum gf_measure {
#define GF_MEASURE_ID(id, logarithmic, label, title) GF_MEASURE_##id,
    GF_MEASURE_TABLE(GF_MEASURE_ID)
#undef GF_MEASURE_ID
        GF_MEASURE_COUNT
} gf_measure;

typedef struct gf_measure_info {
    bool logarithmic; /* log10 on a logarithmic axis; else percent, 0..100 */
    const char *label;
    const char *title;
} gf_measure_info;
const gf_measure_info *gf_measure_get(gf_measure measure);

/* An update is one step of plain gradient descent with this learning rate. */
#define GF_LEARNING_RATE 0.01

/* Of a layer that has its record. -INFINITY: zero; INFINITY and NaN as they are. The rms of W is
 * the standard deviation that the initialisation gives a weight; a layer whose weights are all zero
 * has no ratio, which is NaN. */
/* What turns a weight gradient norm into the update's ratio, as log10; NaN for weights of zero. */
double gf_measure_update_log10(const gf_spec *spec, int32_t layer);
double gf_measure_of(gf_measure measure, const gf_spec *spec, int32_t layer,
                     const gf_layer_record *record);
/* The value as text for a person: "1.23e-602", "12.5 %". Takes what gf_measure_of() gave. */
void gf_measure_format(gf_measure measure, double value, char text[40]);

#endif
