#version 330 core
// Edges are smooth because their vertices fade to nothing: no arithmetic per pixel.
in vec4 shade;
out vec4 pixel;

void main() { pixel = shade; }
