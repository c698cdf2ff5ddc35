/* Built-in choices. */
#include "compute/opencl/tuning.h"

gf_tuning gf_tuning_default(gf_device_kind kind)
{
    (void)kind;
    /* 48 sums a work-item need some 90 registers, so that a multiprocessor of 65,536 holds five
     * groups of 128. */
    return (gf_tuning){
        .large = {.across = 8, .down = 16, .fours = 2, .units = 6, .k_panels = 1, .grad_lanes = 16},
        .small = {
            .across = 8, .down = 16, .fours = 1, .units = 3, .k_panels = 1, .grad_lanes = 16}};
}
