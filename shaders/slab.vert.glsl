#version 330 core
// A corner of a slab in the world of camera.h, with its place in the stage's picture.
layout(location = 0) in vec3 position;
layout(location = 1) in vec2 place;
layout(location = 2) in float light;
layout(location = 3) in vec2 own;
uniform mat4 clip;
out vec2 spot, inside;
out float shade;

void main()
{
    gl_Position = clip * vec4(position, 1.0);
    spot = place;
    shade = light;
    inside = own;
}
