/* One thing after the other: first the arrays, of which most belong to the pass that has just come,
 * then the remedies, which are small, then the seeds. */
#include "app/background.h"

#include <stdlib.h>

static bool same_but_seed(const gf_spec *one, const gf_spec *other)
{
    gf_spec reseeded = *other;
    reseeded.seed = one->seed;
    return gf_spec_same(one, &reseeded);
}

static bool is_in_ensemble(const gf_background *background, const gf_spec *spec)
{
    const uint64_t first = background->spec.seed;
    const uint64_t capacity = (uint64_t)background->ensemble.capacity;
    return background->spec.depth > 0 && same_but_seed(spec, &background->spec) &&
           spec->seed >= first && spec->seed - first < capacity;
}

void gf_background_begin(gf_background *background, const gf_run *run,
                         const gf_diagnosis *diagnosis)
{
    if (!is_in_ensemble(background, &run->spec)) {
        gf_background_drop_seeds(background);
        background->spec = run->spec;
    }
    background->work = GF_BACKGROUND_NOTHING;
    gf_remedies_begin(&background->remedies, &run->spec, diagnosis);
}

void gf_background_hold(gf_background *background, const gf_engine *engine, const gf_spec *spec)
{
    background->held = *spec;
    background->held_restarts = gf_engine_restart_count(engine);
}

static void end_reading(gf_background *background, gf_engine *engine)
{
    gf_engine_end_tensor(engine);
    free(background->request.out);
    background->request = (gf_tensor_request){0};
}

void gf_background_interrupt(gf_background *background, gf_engine *engine)
{
    end_reading(background, engine);
    background->work = GF_BACKGROUND_NOTHING;
    background->held = (gf_spec){0};
}

gf_status gf_background_ask_seeds(gf_background *background, int32_t count, gf_error *error)
{
    if (background->spec.depth == 0)
        return gf_fail(error, GF_INVALID, "there is no complete pass yet to vary the seed of");
    gf_background_drop_seeds(background);
    return gf_ensemble_create(background->spec.depth, count, &background->ensemble, error);
}

void gf_background_drop_seeds(gf_background *background)
{
    gf_ensemble_destroy(&background->ensemble);
    background->ensemble = (gf_ensemble){0};
    background->ensemble_failed = false;
    if (background->work == GF_BACKGROUND_SEED) background->work = GF_BACKGROUND_NOTHING;
}

/* The next array, and of which network. */
static bool next_array(const gf_background *background, int32_t *which, gf_wanted_array *out)
{
    for (*which = 0; *which < GF_NETWORKS; ++*which)
        if (gf_inspection_next(&background->inspections[*which], out)) return true;
    return false;
}

/* What to run next. False when there is nothing. */
static bool next(const gf_background *background, gf_background_work *work, gf_spec *spec)
{
    const gf_ensemble *ensemble = &background->ensemble;
    if (gf_remedies_next(&background->remedies, spec)) {
        *work = GF_BACKGROUND_REMEDY;
        return true;
    }
    if (background->ensemble_failed || ensemble->count >= ensemble->capacity) return false;
    *work = GF_BACKGROUND_SEED;
    *spec = background->spec;
    spec->seed += (uint64_t)ensemble->count;
    return true;
}

/* `run` NULL: it could not be run. */
static void take(gf_background *background, const gf_run *run)
{
    if (background->work == GF_BACKGROUND_REMEDY) gf_remedies_take(&background->remedies, run);
    if (background->work == GF_BACKGROUND_SEED && run) gf_ensemble_add(&background->ensemble, run);
    if (background->work == GF_BACKGROUND_SEED && !run) background->ensemble_failed = true;
    if (background->work == GF_BACKGROUND_AGAIN && !run)
        background->inspections[background->reading].failed = true;
    background->work = GF_BACKGROUND_NOTHING;
}

static bool collect_run(gf_background *background, gf_engine *engine)
{
    gf_run run;
    if (gf_engine_take_run(engine, &run)) {
        gf_background_hold(background, engine, &run.spec);
        take(background, &run);
        gf_run_destroy(&run);
        return true;
    }
    if (gf_engine_get_error(engine)->status == GF_OK) return false;
    take(background, NULL);
    return true;
}

static bool is_held(const gf_background *background, const gf_engine *engine, const gf_spec *spec)
{
    return background->held.depth > 0 && gf_spec_same(&background->held, spec) &&
           background->held_restarts == gf_engine_restart_count(engine);
}

static bool collect_array(gf_background *background, gf_engine *engine)
{
    gf_inspection *inspection = &background->inspections[background->reading];
    const gf_tensor_request *request = &background->request;
    const bool lost = !is_held(background, engine, &inspection->spec);
    const bool refused = gf_engine_get_error(engine)->status != GF_OK;
    if (!request->complete && !lost && !refused) return false;
    if (request->complete || refused)
        gf_inspection_take(inspection, &background->wanted, request->complete ? request->out : NULL,
                           request->exponent);
    end_reading(background, engine);
    background->work = GF_BACKGROUND_NOTHING;
    return true;
}

static bool collect(gf_background *background, gf_engine *engine)
{
    switch (background->work) {
    case GF_BACKGROUND_NOTHING: return false;
    case GF_BACKGROUND_READ: return collect_array(background, engine);
    default: return collect_run(background, engine);
    }
}

static void start_run(gf_background *background, gf_engine *engine, gf_background_work work,
                      const gf_spec *spec)
{
    background->work = work;
    background->held = (gf_spec){0};
    if (gf_engine_run(engine, spec, 1, NULL) != GF_OK) take(background, NULL);
}

/* Its network is run again first if the engine has gone on to another one. */
static void start_reading(gf_background *background, gf_engine *engine)
{
    gf_inspection *inspection = &background->inspections[background->reading];
    const gf_wanted_array *wanted = &background->wanted;
    if (!is_held(background, engine, &inspection->spec)) {
        start_run(background, engine, GF_BACKGROUND_AGAIN, &inspection->spec);
        return;
    }
    background->work = GF_BACKGROUND_READ;
    background->request = (gf_tensor_request){
        .out = malloc(wanted->count * sizeof(float)),
        .count = wanted->count,
    };
    if (background->request.out && gf_engine_ask_tensor(engine, wanted->layer, wanted->tensor,
                                                        &background->request, NULL) == GF_OK)
        return;
    gf_inspection_take(inspection, wanted, NULL, 0);
    end_reading(background, engine);
    background->work = GF_BACKGROUND_NOTHING;
}

static void start(gf_background *background, gf_engine *engine)
{
    gf_spec spec;
    gf_background_work work;
    if (background->work != GF_BACKGROUND_NOTHING || gf_engine_get_state(engine) != GF_ENGINE_IDLE)
        return;
    if (next_array(background, &background->reading, &background->wanted))
        start_reading(background, engine);
    else if (next(background, &work, &spec))
        start_run(background, engine, work, &spec);
}

bool gf_background_advance(gf_background *background, gf_engine *engine)
{
    const bool news = collect(background, engine);
    start(background, engine);
    return news;
}

bool gf_background_has_work(const gf_background *background)
{
    int32_t which;
    gf_wanted_array wanted;
    return background->work != GF_BACKGROUND_NOTHING || next_array(background, &which, &wanted) ||
           !gf_remedies_are_done(&background->remedies);
}

bool gf_background_is_busy(const gf_background *background)
{
    return background->work != GF_BACKGROUND_NOTHING;
}

void gf_background_destroy(gf_background *background)
{
    for (int32_t i = 0; i < GF_NETWORKS; i++)
        gf_inspection_destroy(&background->inspections[i]);
    free(background->request.out);
    gf_ensemble_destroy(&background->ensemble);
    *background = (gf_background){0};
}
