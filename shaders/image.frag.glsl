#version 330 core
// Nothing but the texture: llvmpipe has a fast path for exactly this.
in vec2 place;
uniform sampler2D image;
out vec4 pixel;

void main() { pixel = texture(image, place); }
