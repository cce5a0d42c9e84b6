# The index is there: a lab that has just been brought up makes its first one now.
until search-ask '_cat/aliases?h=alias' | grep -qx app; do
    sleep 1
done
