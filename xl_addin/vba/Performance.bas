Attribute VB_Name = "Performance"
Option Explicit

' What the buttons and the ribbon do. Each starts one Python function; everything is decided there.

Private Const SETTINGS_SHEET As String = "xlwings.conf"
Private Const MACROS_OFF As String = "MacrosOff"
Private Const NOT_INSTALLED As String = "xl-addin is not installed in the Python that this workbook starts. " _
    & "Nothing was changed. Install it as its README says, then try again."

Private Const NOT_EXCEL As String = "This button needs Microsoft Excel. Nothing was changed."
Private Const IN_LIBREOFFICE As String = "In LibreOffice, save and close the workbook, then type in a " _
    & "terminal (PowerShell on Windows), in the workbook's folder:"

Public Sub RefreshMonth()
    StartPython "refresh_month()"
End Sub

Public Sub ShowMonth()
    StartWithMonth "show_month", "Which month shall the page show? For example: Mar 2015"
End Sub

Public Sub ChooseReturn()
    StartPython "choose_return()"
End Sub

Public Sub ImportDataset()
    StartPython "import_dataset()"
End Sub

Public Sub ComputeFigures()
    StartWithMonth "compute_figures", "Which month shall be computed from children's records? For example: Mar 2015"
End Sub

Public Sub SettleHandEdits()
    StartPython "settle_hand_edits()"
End Sub

Public Sub CheckWorkbook()
    StartPython "check_workbook()"
End Sub

Public Sub SyncNotes()
    StartPython "sync_notes()"
End Sub

Public Sub TakeOverCommentary()
    StartPython "take_over_commentary()"
End Sub

Public Sub Doctor()
    StartPython "doctor()"
End Sub

Public Sub ShareCopy()
    StartPython "share_copy()"
End Sub

' Python starts another Python and ends; the other one closes this workbook once this has ended.
Public Sub UndoLastChange()
    StartPython "undo_last_change()"
End Sub

' Excel closes this workbook meanwhile, as for an undo.
Public Sub UpgradeWorkbook()
    StartPython "upgrade_workbook()"
End Sub

Public Sub RibbonRefreshMonth(ByVal control As Object)
    RefreshMonth
End Sub

Public Sub RibbonShowMonth(ByVal control As Object)
    ShowMonth
End Sub

Public Sub RibbonChooseReturn(ByVal control As Object)
    ChooseReturn
End Sub

Public Sub RibbonImportDataset(ByVal control As Object)
    ImportDataset
End Sub

Public Sub RibbonComputeFigures(ByVal control As Object)
    ComputeFigures
End Sub

Public Sub RibbonSettleHandEdits(ByVal control As Object)
    SettleHandEdits
End Sub

Public Sub RibbonCheckWorkbook(ByVal control As Object)
    CheckWorkbook
End Sub

Public Sub RibbonSyncNotes(ByVal control As Object)
    SyncNotes
End Sub

Public Sub RibbonShareCopy(ByVal control As Object)
    ShareCopy
End Sub

Public Sub RibbonUndoLastChange(ByVal control As Object)
    UndoLastChange
End Sub

Public Sub RibbonTakeOverCommentary(ByVal control As Object)
    TakeOverCommentary
End Sub

Public Sub RibbonDoctor(ByVal control As Object)
    Doctor
End Sub

Public Sub RibbonUpgradeWorkbook(ByVal control As Object)
    UpgradeWorkbook
End Sub

Public Sub Auto_Open()
    Dim wasSaved As Boolean

    ShowMacrosOff False
    wasSaved = ThisWorkbook.Saved
    ' The build without functions has no such macro, and needs none.
    On Error Resume Next
    Application.Run "DescribeFunctions"
    On Error GoTo 0
    ThisWorkbook.Saved = wasSaved
End Sub

' Shows or hides the line that says macros are off, without making the workbook look changed.
Public Sub ShowMacrosOff(ByVal isShown As Boolean)
    Dim wasSaved As Boolean
    Dim sheet As Object
    Dim shape As Object

    wasSaved = ThisWorkbook.Saved
    For Each sheet In ThisWorkbook.Worksheets
        If Not sheet.ProtectDrawingObjects Then
            For Each shape In sheet.Shapes
                If shape.Name = MACROS_OFF Then shape.Visible = isShown
            Next shape
        End If
    Next sheet
    ThisWorkbook.Saved = wasSaved
End Sub

' Only digits and a dash of what is typed reach Python.
Private Sub StartWithMonth(ByVal macro As String, ByVal question As String)
    Dim typed As String

    typed = Trim(InputBox(question, "Performance"))
    If typed = "" Then Exit Sub
    If AsMonth(typed) = "" Then
        Say typed & " cannot be read as a month. Write it as Mar 2015."
    Else
        StartPython macro & "(month='" & AsMonth(typed) & "')"
    End If
End Sub

' The month that is meant, as 2015-03; blank for none. Mar 15 is no day of this year.
Public Function AsMonth(ByVal typed As String) As String
    Dim meant As String

    meant = typed
    If meant Like "[A-Za-z]*[ -]##" Then
        meant = Left(meant, Len(meant) - 2) & "20" & Right(meant, 2)
    End If
    If IsDate(meant) Then AsMonth = Format(CDate(meant), "yyyy-mm")
End Function

Private Sub StartPython(ByVal macro As String)
    Dim interpreter As String

    interpreter = InterpreterPath()
    If Not IsExcel() Then
        Say NOT_EXCEL & vbNewLine & vbNewLine & IN_LIBREOFFICE & vbNewLine & vbNewLine _
            & "xl-addin refresh " & Chr(34) & ThisWorkbook.Name & Chr(34) & vbNewLine & vbNewLine _
            & "What does the work of the other buttons is listed by: xl-addin --help"
    ElseIf interpreter = "" Then
        Say "The sheet " & SETTINGS_SHEET & " does not say where Python is. Nothing was changed." _
            & vbNewLine & vbNewLine & "Put its row INTERPRETER_WIN back, or copy the sheet from a new workbook."
    ElseIf Not FileIsThere(interpreter) Then
        Say "Python was not found at " & interpreter & ". Nothing was changed." _
            & vbNewLine & vbNewLine & "Install xl-addin on this computer as its README says, then try again."
    Else
        ' At its end, xlwings would end by force every Excel that shows no workbook.
        RunPython "import atexit, sys, importlib.util; " _
            & "atexit.unregister(getattr(sys.modules.get('xlwings._xlwindows'), 'cleanup', None)); " _
            & "importlib.util.find_spec('xl_addin') or sys.exit('" _
            & NOT_INSTALLED & "'); from xl_addin import macros; macros." & macro
    End If
End Sub

Private Sub Say(ByVal sentence As String)
    MsgBox sentence, vbExclamation, "Performance"
End Sub

' LibreOffice calls itself Excel 11, which no workbook of this kind opens in.
Public Function IsExcel() As Boolean
    IsExcel = (Val(Application.Version) > 11)
End Function

' The Python that is to be started, with %NAMES% filled in; blank when none is set.
Public Function InterpreterPath() As String
    Dim settings As Object
    Dim row As Long

    Set settings = ThisWorkbook.Worksheets(SETTINGS_SHEET)
    row = 1
    Do While settings.Cells(row, 1).Value <> ""
        If UCase(settings.Cells(row, 1).Value) = "INTERPRETER_WIN" Then
            InterpreterPath = WithVariables(settings.Cells(row, 2).Value)
        End If
        row = row + 1
    Loop
End Function

' Replaces each %NAME% by that environment variable.
Private Function WithVariables(ByVal path As String) As String
    Dim parts As Variant
    Dim place As Long

    parts = Split(path, "%")
    For place = 1 To UBound(parts) - 1 Step 2
        parts(place) = Environ(parts(place))
    Next place
    WithVariables = Join(parts, "")
End Function

Public Function FileIsThere(ByVal path As String) As Boolean
    On Error Resume Next
    FileIsThere = (Dir(path) <> "")
End Function
