/* What gradflow shows, how to read it, and what each key does. */
#include "ui/help_text.h"

#define LIST(entries) ((gf_help_list){(entries), (int32_t)(sizeof(entries) / sizeof *(entries))})

static const gf_help_entry idea[] = {
    {"A chain of factors", "Training asks every layer: how would the loss change if your weights "
                           "did? The answer, the gradient, is worked out from "
                           "the output back to the input, and every layer it passes multiplies it. "
                           "A word whispered along a row of people fares "
                           "alike: at half the volume it is gone after a few, and if each is a "
                           "little louder it ends as noise."},
    {"δ₍ₗ₎ = ( W₍ₗ₊₁₎ᵀ δ₍ₗ₊₁₎ ) · f′( z₍ₗ₎ )",
     "One step of the chain rule. δ is the gradient at a layer before its activation. It is the δ "
     "of the layer above, brought "
     "back through that layer's weights, times the slope f′ of this layer's activation. Over a "
     "hundred layers a factor of "
     "0.9 a step leaves 3e-5 of the gradient, and 1.1 makes 14 thousand times as much of it."},
    {"▼ Vanishing", "The factor is below 1. The last layers learn, the first ones get next to "
                    "nothing and stay as they were drawn. Sigmoid "
                    "with any usual weights does this: its slope is 0.25 at most."},
    {"● Healthy", "The factor is close to 1. Every layer gets a gradient of about the same size. "
                  "ReLU with He weights, tanh with Xavier "
                  "and SELU with LeCun are made for it; skip connections and normalisation bring "
                  "many of the others there. TRY says what "
                  "does it for the network on screen."},
    {"▲ Exploding",
     "The factor is above 1. The first steps of training are so large that the loss becomes NaN. "
     "Weights drawn too large do "
     "it: a standard deviation of 1 multiplies by about the root of the width at every layer."},
    {"Why the variance of the weights matters",
     "A unit adds up fan_in products. For the sum to be as large as what came in, the variance of "
     "a weight has to be about "
     "1 / fan_in; twice that for ReLU, which throws half of it away. Backward the same holds with "
     "fan_out. Xavier is the "
     "compromise of the two."},
};

static const gf_help_entry reading[] = {
    {"The stage", "A column is a layer, a cell a neuron; the input is at the left. First the "
                  "signal lights the columns from "
                  "left to right, then the gradient comes back. Bright is a large gradient, dark a "
                  "small one; many orders of "
                  "magnitude lie between. An outlined cell has none at all."},
    {"The curves beside the columns",
     "Before the wave: how the activations of the layer are distributed. After it: how large the "
     "gradients of its units are, on a logarithmic scale, small at the bottom."},
    {"Update : weight", "How large one step of gradient descent is beside the weights, with a "
                        "learning rate of 0.01. About 1e-3 is a rule of thumb of Andrej Karpathy's "
                        "lecture on activations and gradients (makemore, part 3); another "
                        "learning rate moves the whole curve. Weights of zero have no ratio."},
    {"Single layers", "At the top of a layer at large are two lists: an activation and an init "
                      "for this layer, or for all from it to another one. A bar over the columns "
                      "marks them."},
    {"Two networks", "C puts a copy beside the network, some scenarios come with a second one. A "
                     "click on a name, or N, says which of the two the controls, the status and "
                     "the layers are about. Both have one time axis and one chart."},
    {"Tiny networks",
     "Up to twelve layers of sixteen units every weight is a line, as thick and as "
     "bright as its gradient is large."},
    {"In perspective",
     "The same picture seen from the side: a column stands out of it as far as its "
     "gradient is large, on the scale of the colours. Ten times smaller is the "
     "same step down everywhere, so a constant factor is a straight ramp."},
    {"The chart", "One point a layer, each line of the grid a power of ten. A straight slope is a "
                  "constant factor a step. Dashed "
                  "is what mean-field theory expects of infinitely wide layers; the shade is where "
                  "nine tenths of eight "
                  "seeds lie. Below a dotted line a number type can no longer hold the gradient."},
    {"Deep networks", "With more layers than columns fit, a column of pixels is several layers and "
                      "shows the largest of them. The "
                      "wheel zooms in, the hand moves along, 0 shows all of it."},
    {"The numbers", "All of them come out of one forward and one backward pass that was really "
                    "run, on the device named at the top "
                    "right. They are kept with an exponent of their own: 1e-602 is 1e-602, where a "
                    "computer's usual numbers "
                    "would long have been zero."},
    {"Try", "Changes that were tried on a small copy of this network, best first, with the factor "
            "a step that was measured."},
    {"A layer at large",
     "A click on a column shows its distributions, its numbers and its step of the chain rule."},
};

static const gf_help_entry keys[] = {
    {"Space", "play or pause the wave"},
    {"← →", "one layer to the left or right"},
    {"Home  End", "from the beginning, all of it"},
    {"Page Up  Page Down", "previous, next step of a lecture, then scenario"},
    {"1 … 9", "scenario by its place in the list"},
    {"Enter", "the layer under the mouse at large; ↑ ↓ its neighbours"},
    {"R", "another seed"},
    {"E", "the band of eight seeds"},
    {"T", "the line of theory"},
    {"M", "what the chart measures"},
    {"C", "compare: put this network beside itself as B, or take B away"},
    {"N  X", "work on the other of A and B; swap the two"},
    {"F", "with or without the forward pass"},
    {"P", "the stage in perspective; right mouse button, or [ ] { }, turns it"},
    {"L", "light or dark"},
    {"D", "the devices against each other: a benchmark of this network's shape and others"},
    {"H", "hide the panels"},
    {"0", "all layers again, after the wheel has zoomed in"},
    {". or B", "blank the screen"},
    {"+  –", "larger, smaller"},
    {"Tab", "from control to control; arrows and Enter change it, Esc lets go"},
    {"Ctrl+Z  Ctrl+Y", "undo, redo"},
    {"Ctrl+S", "save the network as a scenario file"},
    {"Ctrl+C", "copy the command line of this network"},
    {"S", "save the picture"},
    {"F5 or F11", "full screen, Esc leaves it"},
    {"? or F1", "this page; ← → turn it"},
    {"Ctrl+Q", "quit"},
};

gf_help_list gf_help_idea(void)
{
    return LIST(idea);
}

gf_help_list gf_help_reading(void)
{
    return LIST(reading);
}

gf_help_list gf_help_keys(void)
{
    return LIST(keys);
}
