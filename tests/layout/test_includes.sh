#!/bin/sh
# The layers of src/ see only what src/README.md allows. Reads the #include lines; prints each one that breaks a law.
set -u
cd "${GF_SOURCE:?}" || exit 1

includes() { # includes FOLDER...: "file:#include ..." of every C, C++ and header file
    grep -rnE '^[[:space:]]*#[[:space:]]*include' "$@" --include='*.c' --include='*.h' --include='*.cpp' --include='*.inl'
}

broken=$(mktemp) || exit 1
trap 'rm -f "$broken"' EXIT

# law SENTENCE PATTERN ALLOWED_FILES: no include matches PATTERN but in files that match ALLOWED_FILES
law() {
    includes src include | grep -E "include[[:space:]]*[<\"]($2)" | grep -Ev "^($3):" | sed "s|^|$1: |" >>"$broken"
}

law 'OpenCL only in src/compute/opencl' 'CL/' 'src/compute/opencl/[^:]*'
law 'OpenGL, GLFW and EGL only in src/view and the bridge' '(GL|GLFW|glad|EGL|cglm)/' \
    'src/view/[^:]*|src/ui/ui_bridge[a-z_]*\.(cpp|h)'
law 'Dear ImGui only in the bridge' '(imgui|imgui_[a-z_]*|implot|backends/|imstb)' 'src/ui/ui_bridge[a-z_]*\.(cpp|h)'
law 'jansson only where JSON is read or written' 'jansson' 'src/(scenario|engine|app)/[^:]*'
law 'popt only in src/app' 'popt' 'src/app/[^:]*'
law 'OpenBLAS only in src/compute/cpu' 'cblas|openblas' 'src/compute/cpu/[^:]*'
law 'nothing but src/app includes app/' 'app/' 'src/app/[^:]*'

# layer NAME SEES...: an #include of a file in another layer's folder names one of SEES
layers='base model analysis compute bench scenario engine view ui app'
layer() {
    name=$1 sees=$2
    for other in $layers; do
        case " $name $sees " in *" $other "*) continue ;; esac
        [ -d "src/$name" ] && includes "src/$name" | grep -E "include[[:space:]]*\"(\.\./)*$other/" |
            sed "s|^|$name does not see $other: |" >>"$broken"
    done
}

layer base ''
layer model 'base'
layer analysis 'model base'
layer compute 'analysis model base'
layer bench 'compute analysis model base'
layer scenario 'analysis model base'
layer engine 'scenario compute analysis model base'
layer view 'analysis model base'
layer ui 'view scenario analysis model base'
layer app 'ui view engine scenario bench compute analysis model base'

# Public headers stand on their own: they include nothing of src/.
grep -nE '#[[:space:]]*include[[:space:]]*"' include/gradflow/* | grep -vE 'include[[:space:]]*"gradflow/' |
    sed 's|^|public headers see only public headers: |' >>"$broken"

# A C++ file anywhere but the bridge is a mistake.
find src -name '*.cpp' ! -path 'src/ui/ui_bridge*.cpp' | sed 's|^|C++ only in the bridge: |' >>"$broken"

if [ "$(includes src | wc -l)" -lt 20 ]; then
    echo "found hardly any #include under $GF_SOURCE/src: this test looks in the wrong place"
    exit 1
fi
if [ -s "$broken" ]; then
    cat "$broken"
    exit 1
fi
echo "every include keeps to its layer"
