/* What the explorer says of itself: to the program, to the panels, to the state dump. */
#include "ui/explorer_state.h"

const gf_spec *gf_explorer_get_side(const gf_explorer *explorer, int32_t side)
{
    if (side == explorer->side) return &explorer->spec;
    return explorer->comparing ? &explorer->beside : NULL;
}

int32_t gf_explorer_wanted_side(const gf_explorer *explorer)
{
    for (int32_t side = 0; side < GF_NETWORKS; side++)
        if (explorer->run_wanted[side]) return side;
    return -1;
}

bool gf_explorer_wants_run(gf_explorer *explorer, gf_spec *out)
{
    const int32_t side = gf_explorer_wanted_side(explorer);
    if (side < 0) return false;
    explorer->run_wanted[side] = false;
    *out = *gf_explorer_get_side(explorer, side);
    return true;
}

const gf_thresholds *gf_explorer_get_thresholds(const gf_explorer *explorer)
{
    return &explorer->scenario.thresholds;
}

int32_t gf_explorer_rows(const gf_spec *spec)
{
    const int32_t most =
        spec->depth <= 48 ? 64 : 128; /* many layers are a texture, few are cells */
    return spec->width < most ? spec->width : most;
}

gf_explorer_requests gf_explorer_take_requests(gf_explorer *explorer)
{
    const gf_explorer_requests requests = explorer->requests;
    explorer->requests = (gf_explorer_requests){0};
    return requests;
}

const char *gf_explorer_get_save_path(const gf_explorer *explorer)
{
    return explorer->save_path;
}

const gf_scenario *gf_explorer_get_scenario(const gf_explorer *explorer)
{
    return &explorer->scenario;
}

const gf_spec *gf_explorer_get_spec(const gf_explorer *explorer)
{
    return &explorer->spec;
}

void gf_explorer_get_state(const gf_explorer *explorer, gf_explorer_state *out)
{
    *out = (gf_explorer_state){
        .scenario = explorer->scenario.name,
        .title = explorer->title,
        .scenario_index = explorer->scenario_index,
        .scenario_count = explorer->scenario_count,
        .spec = explorer->spec,
        .comparing = explorer->comparing,
        .side = explorer->side,
        .step = explorer->scenario.step_count > 0 ? explorer->step + 1 : 0,
        .step_count = explorer->scenario.step_count,
        .history = explorer->history.at,
        .history_count = explorer->history.count,
        .saving = explorer->saving,
        .banner = explorer->banner_away ? "" : explorer->banner,
        .banner_away = explorer->banner_away,
        .said = explorer->said,
        .edited = gf_explorer_is_edited(explorer),
        .front = gf_timeline_front(&explorer->timeline),
        .moment = explorer->timeline.moment,
        .speed = explorer->timeline.speed,
        .playing = explorer->timeline.playing,
        .hover_layer = explorer->hover_layer,
        .selected_layer = explorer->selected_layer,
        .histograms = explorer->histograms,
        .panels_hidden = explorer->panels_hidden,
        .blank = explorer->blank,
        .help = explorer->help,
        .bench = explorer->bench,
        .help_page = explorer->help_page,
        .theory = explorer->theory,
        .theory_shown = explorer->theory && explorer->lines.has_theory,
        .band_shown = explorer->lines.has_band,
        .forward = explorer->timeline.has_forward,
        .is_forward = gf_timeline_is_forward(&explorer->timeline),
        .light = explorer->light,
        .perspective = explorer->perspective,
        .angle = explorer->angle,
        .measure = gf_measure_get(explorer->measure)->label,
        .span_first = explorer->span.first,
        .span_last = explorer->span.last,
        .scenarios_folded = explorer->scenarios_folded,
        .network_folded = explorer->network_folded,
        .more_open = explorer->more_open,
        .focus = explorer->focus,
        .typing = explorer->typing,
        .hint = explorer->hint,
        .zoom = explorer->zoom,
        .events = explorer->answered,
        .mouse_x = explorer->mouse_x,
        .mouse_y = explorer->mouse_y,
    };
}

const gf_run *gf_explorer_run_of(const gf_explorer *explorer, int32_t side)
{
    const gf_run *run = explorer->now.passes[side].run;
    return run && run->spec.depth > 0 && run->layers ? run : NULL;
}

const gf_run *gf_explorer_run(const gf_explorer *explorer)
{
    return gf_explorer_run_of(explorer, explorer->side);
}

const gf_diagnosis *gf_explorer_diagnosis(const gf_explorer *explorer)
{
    return explorer->now.passes[explorer->side].diagnosis;
}

const gf_layer_record *gf_explorer_layer(const gf_explorer *explorer, int32_t layer)
{
    const gf_run *run = gf_explorer_run(explorer);
    if (!run || layer < run->first_ready || layer < 1 || layer > run->spec.depth) return NULL;
    return &run->layers[layer - 1];
}
