/* One run after the other: first the remedies, which are small, then the seeds. */
#include "app/background.h"

#include "ui/explorer.h"

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

void gf_background_interrupt(gf_background *background)
{
    background->work = GF_BACKGROUND_NOTHING;
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
    background->work = GF_BACKGROUND_NOTHING;
}

static bool collect(gf_background *background, gf_engine *engine)
{
    gf_run run;
    if (background->work == GF_BACKGROUND_NOTHING) return false;
    if (gf_engine_take_run(engine, &run)) {
        take(background, &run);
        gf_run_destroy(&run);
        return true;
    }
    if (gf_engine_get_error(engine)->status == GF_OK) return false;
    take(background, NULL);
    return true;
}

static void start(gf_background *background, gf_engine *engine)
{
    gf_spec spec;
    gf_background_work work;
    if (background->work != GF_BACKGROUND_NOTHING ||
        gf_engine_get_state(engine) != GF_ENGINE_IDLE || !next(background, &work, &spec))
        return;
    background->work = work;
    if (gf_engine_run(engine, &spec, 1, NULL) != GF_OK) take(background, NULL);
}

bool gf_background_advance(gf_background *background, gf_engine *engine)
{
    const bool news = collect(background, engine);
    start(background, engine);
    return news;
}

bool gf_background_is_busy(const gf_background *background)
{
    return background->work != GF_BACKGROUND_NOTHING;
}

void gf_background_destroy(gf_background *background)
{
    gf_ensemble_destroy(&background->ensemble);
    *background = (gf_background){0};
}
