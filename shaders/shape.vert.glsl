#version 330 core
// Canvas shapes: pixels from the top left to clip space; colours are premultiplied by alpha.
layout(location = 0) in vec2 position;
layout(location = 1) in vec4 color;
uniform vec4 frame; // clip = position * frame.xy + frame.zw
out vec4 shade;

void main()
{
    gl_Position = vec4(position * frame.xy + frame.zw, 0.0, 1.0);
    shade = color;
}
